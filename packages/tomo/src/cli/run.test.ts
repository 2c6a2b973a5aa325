import { describe, expect, it } from "vitest";
import type { RunEvent } from "../workflows/events.ts";
import { type RunWorld, runWorkflow, type Workflows } from "./run.ts";
import { interruptible } from "./signals.ts";
import { testIo } from "./testing/io.ts";

const warning: RunEvent = { type: "warning", code: "TOMO_X", message: "odd" };
const note: RunEvent = { type: "note", message: "cached 3" };

const tell: Workflows["train"] = async ({ onEvent }) => {
  for (const event of [warning, note]) onEvent?.(event);
};

/** A world whose workflows run `act`; `interrupt` is what a signal does. */
const worldOf = (act: Workflows["train"]) => {
  const controller = new AbortController();
  let code: number | null = null;
  let disposed = false;
  const world: RunWorld = {
    load: () => Promise.resolve({ train: act, validate: act, infer: act }),
    interruption: () => ({
      signal: controller.signal,
      exitCode: () => code,
      dispose: () => {
        disposed = true;
      },
    }),
  };
  const interrupt = (): void => {
    code = 130;
    controller.abort(new Error("stopped"));
  };
  return { world, interrupt, disposed: () => disposed };
};

describe("runWorkflow", () => {
  it("hands the options over as they are", async () => {
    let seen: unknown;
    const { world, disposed } = worldOf(async (options) => {
      seen = options;
    });
    const options = { mmar: "M", config: "c.json", environment: "e.json", set: ["epochs=2"] };
    expect(await runWorkflow("train", options, testIo(), world)).toBe(0);
    expect(seen).toMatchObject(options);
    expect(disposed()).toBe(true);
  });

  it("prints events as JSON lines on stdout", async () => {
    const io = testIo();
    const { world } = worldOf(tell);
    await runWorkflow("train", { mmar: ".", json: true }, io, world);
    expect(io.printed()).toEqual({ out: `${JSON.stringify(warning)}\n${JSON.stringify(note)}\n`, err: "" });
  });

  it("prints only warnings when quiet, and nothing on stdout", async () => {
    const io = testIo();
    const { world } = worldOf(tell);
    await runWorkflow("train", { mmar: ".", quiet: true }, io, world);
    expect(io.printed().out).toBe("");
    expect(io.printed().err).toContain("odd");
    expect(io.printed().err).not.toContain("cached 3");
  });

  it("ends with the signal's code, whether the run returns or throws the abort", async () => {
    const returns = worldOf(async () => returns.interrupt());
    expect(await runWorkflow("train", { mmar: "." }, testIo(), returns.world)).toBe(130);
    const throws = worldOf(async ({ signal }) => {
      throws.interrupt();
      throw signal?.reason;
    });
    expect(await runWorkflow("train", { mmar: "." }, testIo(), throws.world)).toBe(130);
  });

  it("does not hide another error behind a signal", async () => {
    const both = worldOf(async () => {
      both.interrupt();
      throw new TypeError("real");
    });
    await expect(runWorkflow("train", { mmar: "." }, testIo(), both.world)).rejects.toThrow("real");
    expect(both.disposed()).toBe(true);
  });
});

describe("interruptible", () => {
  it("aborts at the first signal and ends at the second", () => {
    const ends: number[] = [];
    const said: string[] = [];
    const interruption = interruptible(
      (text) => said.push(text),
      (code) => ends.push(code),
    );
    try {
      expect(interruption.exitCode()).toBeNull();
      process.emit("SIGINT", "SIGINT");
      expect([interruption.signal.aborted, interruption.exitCode(), ends]).toEqual([true, 130, []]);
      process.emit("SIGTERM", "SIGTERM");
      expect([interruption.exitCode(), ends]).toEqual([130, [143]]);
      expect(said).toHaveLength(1);
    } finally {
      interruption.dispose();
    }
  });

  it("stops listening when disposed", () => {
    const before = process.listenerCount("SIGINT");
    const interruption = interruptible(
      () => undefined,
      () => undefined,
    );
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    interruption.dispose();
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
