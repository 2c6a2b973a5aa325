import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { faults } from "./testing/faults/index.ts";
import { faultyConfigsPage } from "./testing/faults/page.ts";
import { FaultBench, type Outcome } from "./testing/faults/run.ts";

const page = fileURLToPath(new URL("../../../../docs/faulty-configs.md", import.meta.url));
const bench = new FaultBench();
afterAll(() => bench.remove());

describe("faulty configs", () => {
  const groups = new Map<string, readonly Outcome[]>();
  it.each(Object.entries(faults))("%s: every slip gets its code", async (title, rows) => {
    const outcomes: Outcome[] = [];
    for (const fault of rows) outcomes.push(await bench.outcomeOf(fault));
    groups.set(title, outcomes);
    const wrong = outcomes.filter(({ rightCode }) => !rightCode);
    expect(wrong.map(({ fault, place, words }) => `${fault.what}: ${place} ${words}`)).toEqual([]);
    for (const { exit, first } of outcomes) {
      expect([0, 3, 4]).toContain(exit);
      expect(first?.code).not.toBe("TOMO_INTERNAL");
    }
  });

  it("names the line of 95 % and the remedy of 90 % of 150 slips at least", () => {
    const all = [...groups.values()].flat();
    const missing = (is: (outcome: Outcome) => boolean) =>
      all
        .filter((outcome) => !is(outcome))
        .map(({ fault, place, words }) => `${fault.what}: ${place} ${words}`);
    expect(all.length).toBeGreaterThanOrEqual(150);
    const lines = missing(({ rightLine }) => rightLine);
    expect(lines.length / all.length, lines.join("\n")).toBeLessThanOrEqual(0.05);
    const remedies = missing(({ rightRemedy }) => rightRemedy);
    expect(remedies.length / all.length, remedies.join("\n")).toBeLessThanOrEqual(0.1);
  });

  it("is the page in docs", async () => {
    await expect(faultyConfigsPage(groups)).toMatchFileSnapshot(page);
  });
});
