import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { faults } from "./testing/faults/index.ts";
import { faultyConfigsPage } from "./testing/faults/page.ts";
import { FaultBench, type Outcome } from "./testing/faults/run.ts";
import { heldOut } from "./testing/held_out/index.ts";
import { type Outcome as HeldOutOutcome, outcomeOf } from "./testing/held_out/run.ts";

const page = fileURLToPath(new URL("../../../../docs/faulty-configs.md", import.meta.url));
const bench = new FaultBench();
afterAll(() => bench.remove());
const groups = new Map<string, readonly Outcome[]>();
const heldOutGroups = new Map<string, readonly HeldOutOutcome[]>();

type Judged = Pick<Outcome, "rightLine" | "rightRemedy">;

/** Shares of right lines and remedies; a failure names those that are not. */
function expectShares<One extends Judged>(all: readonly One[], text: (one: One) => string): void {
  const missing = (is: (outcome: One) => boolean) => all.filter((one) => !is(one)).map(text);
  const lines = missing(({ rightLine }) => rightLine);
  expect(lines.length / all.length, lines.join("\n")).toBeLessThanOrEqual(0.05);
  const remedies = missing(({ rightRemedy }) => rightRemedy);
  expect(remedies.length / all.length, remedies.join("\n")).toBeLessThanOrEqual(0.1);
}

describe("faulty configs", () => {
  it.each(Object.entries(faults))(
    "%s: every slip gets its code",
    { timeout: 120_000 },
    async (title, rows) => {
      const outcomes: Outcome[] = [];
      for (const fault of rows) outcomes.push(await bench.outcomeOf(fault));
      groups.set(title, outcomes);
      const wrong = outcomes.filter(({ rightCode }) => !rightCode);
      expect(wrong.map(({ fault, place, words }) => `${fault.what}: ${place} ${words}`)).toEqual([]);
      for (const { exit, first } of outcomes) {
        expect([0, 3, 4]).toContain(exit);
        expect(first?.code).not.toBe("TOMO_INTERNAL");
      }
    },
  );

  it("names the line of 95 % and the remedy of 90 % of 150 slips at least", () => {
    const all = [...groups.values()].flat();
    expect(all.length).toBeGreaterThanOrEqual(150);
    expectShares(all, ({ fault, place, words }) => `${fault.what}: ${place} ${words}`);
  });
});

describe("faulty configs that were held out", () => {
  it.each(Object.entries(heldOut))("%s: none crashes", { timeout: 120_000 }, async (title, slips) => {
    const outcomes: HeldOutOutcome[] = [];
    for (const slip of slips) outcomes.push(await outcomeOf(bench, slip));
    heldOutGroups.set(title, outcomes);
    for (const { exit, found, slip } of outcomes) {
      expect([0, 2, 3, 4], slip.what).toContain(exit);
      expect(found.map(({ code }) => code)).not.toContain("TOMO_INTERNAL");
      expect(JSON.stringify(found), slip.what).not.toMatch(/\\n\s+at /);
    }
  });

  it("have names that tell them apart", () => {
    const names = Object.values(heldOut).flatMap((slips) =>
      slips.map(({ example, what }) => `${what} (${example})`),
    );
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
  });

  it("get the line of 95 % and the remedy of 90 %", () => {
    const all = [...heldOutGroups.values()].flat();
    expect(all.length).toBeGreaterThanOrEqual(300);
    expectShares(all, ({ slip, messages: [first] }) => `${slip.what}: ${first?.place} ${first?.words}`);
  });
});

it("all of them are on the page in docs", async () => {
  await expect(faultyConfigsPage(groups, heldOutGroups)).toMatchFileSnapshot(page);
});
