import { describe, expect, it } from "vitest";
import { loadingTimes, noBreakdown } from "../../testing/breakdown.ts";
import type { Breakdown, TimeLedger } from "../events.ts";
import { addTimes, emptyLedger, noCaseTime } from "../ledger.ts";
import { adviceOf, adviceOfCases, type SpeedFacts } from "./advice.ts";

const facts = (
  time: Partial<TimeLedger>,
  breakdown: Partial<Breakdown> = {},
  given: Partial<SpeedFacts> = {},
): SpeedFacts => ({
  time: addTimes(emptyLedger, time),
  breakdown: { ...noBreakdown, ...breakdown },
  epochs: 10,
  validations: 0,
  checkpoints: 1,
  interval: 1,
  cores: 2,
  device: "cpu",
  precision: "bfloat16",
  fastBfloat16: null,
  cached: { training: "PipelineWithCache", validation: null },
  ...given,
});

const load = (seconds: number, more: object = {}) =>
  loadingTimes({
    seconds,
    transforms: [
      { name: "LoadNifti", calls: 40, seconds: 0.8 * seconds },
      { name: "Crop", calls: 40, seconds: 0.2 * seconds },
    ],
    cases: 4,
    ...more,
  });

describe("advice", () => {
  it("is silent where nothing was run, and where the network takes it all", () => {
    expect(adviceOf(facts({}))).toEqual([]);
    expect(adviceOf(facts({ forward: 30, backward: 60, wait: 1 }, { training: load(90) }))).toEqual([]);
  });

  it("without workers says what one hides on the CPU, and which transform is the heavy one", () => {
    // 30 s of loading in the thread that trains: on 2 cores 15 s of it remain
    const [first, ...rest] = adviceOf(facts({ wait: 30, forward: 70 }, { training: load(30) }));
    expect(first).toBe(
      "waiting for training data took 30 % of the time (30 s): train.image_pipeline.args.num_workers 1 instead of 0 would hide about 15 s of it; LoadNifti takes 80 % of loading (24 s in 40 calls)",
    );
    expect(rest).toEqual([]);
  });

  it("beside a GPU asks for the fewest workers that hide nearly all", () => {
    const [first] = adviceOf(
      facts(
        { wait: 60, forward: 20 },
        { training: load(80, { workers: 1 }) },
        { device: "cuda:0", cores: 16 },
      ),
    );
    expect(first).toContain("num_workers 4 instead of 1 would hide about 60 s of it");
  });

  it("does not ask for workers where there are no more cores, but names the transform", () => {
    expect(adviceOf(facts({ wait: 30, forward: 70 }, { training: load(200, { workers: 2 }) }))).toEqual([
      "waiting for training data took 30 % of the time (30 s); LoadNifti takes 80 % of loading (160 s in 40 calls)",
    ]);
  });

  it("does not promise to hide what loading does not explain, such as the start of threads", () => {
    // 15 s of waiting, but a second worker shortens loading by 2 s only
    const of = (cases: number) =>
      adviceOf(facts({ wait: 15, forward: 85 }, { training: load(4, { workers: 1, cases }) }, { cores: 4 }));
    expect(of(4)).toEqual([expect.not.stringContaining("num_workers")]);
    const one = load(40, { workers: 1, cases: 1 });
    expect(
      adviceOf(facts({ wait: 30, forward: 10 }, { training: one }, { cores: 4, device: "cuda:0" })),
    ).toEqual([expect.not.stringContaining("num_workers")]);
    const inline = adviceOf(facts({ wait: 50, forward: 50 }, { training: load(20) }));
    expect(inline[0]).toContain("num_workers 1 instead of 0 would hide about 10 s of it");
  });

  it("says nothing of a heavy transform where all take their share", () => {
    const transforms = ["A", "B", "C", "D"].map((name) => ({ name, calls: 1, seconds: 5 }));
    const [first] = adviceOf(
      facts({ wait: 20, forward: 80 }, { training: loadingTimes({ seconds: 20, transforms }) }),
    );
    expect(first).toMatch(/would hide about 10 s of it$/);
  });

  it("asks for a cache where cases were prepared again, and only for what that took", () => {
    const training = load(40, { workers: 2, repeated: 30 });
    const [first] = adviceOf(facts({ wait: 20, forward: 80 }, { training }));
    expect(first).toContain(
      "(20 s): preparing cases again that had been prepared before took 30 s of loading: PipelineWithCache with num_cache_objects 4 in train.image_pipeline would save it",
    );
    expect(
      adviceOf(
        facts({ wait: 20, forward: 80 }, { training }, { cached: { training: null, validation: null } }),
      ),
    ).toEqual([expect.stringMatching(/\(20 s\); LoadNifti takes/)]);
  });

  it("of a cache that is too small says what the whole list needs", () => {
    const cache = { window: 16, cases: 16, bytes: 1.6e9 };
    const training = load(40, { workers: 2, repeated: 30, cases: 48, cache });
    const [first] = adviceOf(facts({ wait: 20, forward: 80 }, { training }));
    expect(first).toContain(
      "the cache holds 16 of 48 cases, and preparing cases again that had been prepared before took 30 s of loading: train.image_pipeline.args.num_cache_objects 48 needs about 4.8 GB and would save it (an epoch then visits all of them)",
    );
    const whole = load(40, { workers: 2, repeated: 0, cases: 48, cache: { ...cache, window: 48 } });
    expect(adviceOf(facts({ wait: 20, forward: 80 }, { training: whole }))[0]).not.toContain("cache");
  });

  it("counts the validations that a longer interval leaves out", () => {
    const cases = { ...noCaseTime, wait: 4, inference: 20, scoring: 6 };
    const of = (given: Partial<SpeedFacts>) =>
      adviceOf(
        facts(
          { forward: 70, validation: 30 },
          { cases },
          { cached: { training: null, validation: null }, ...given },
        ),
      );
    expect(of({ epochs: 10, interval: 2, validations: 5 })).toEqual([
      "validation takes 30 % of the time (5 times, 30 s, 67 % of it inference): num_training_epoch_per_valid 4 instead of 2 would save about 18 s",
    ]);
    // one validation cannot be halved
    expect(of({ epochs: 10, interval: 10, validations: 1 })).toEqual([]);
  });

  it("sees validation wait for its cases", () => {
    const cases = { ...noCaseTime, wait: 12, inference: 8 };
    const [first] = adviceOf(
      facts({ forward: 80, validation: 20 }, { cases, validation: load(12) }, { epochs: 1, validations: 1 }),
    );
    expect(first).toContain(
      "waiting for validation cases took 12 % of the time (12 s): validate.image_pipeline.args.num_workers 1 instead of 0 would hide about 6.0 s",
    );
  });

  it("offers use_amp only where the hardware has bfloat16 and the run did not use it", () => {
    const of = (given: Partial<SpeedFacts>) =>
      adviceOf(facts({ forward: 30, backward: 60, optimizer: 10 }, {}, given));
    const fastBfloat16 = "this CPU (avx512_bf16)";
    expect(of({ precision: "float32", fastBfloat16 })).toEqual([
      "forward and backward take 90 % of the time in float32: use_amp true computes them in bfloat16, for which this CPU (avx512_bf16) has instructions",
    ]);
    expect(of({ precision: "bfloat16", fastBfloat16 })).toEqual([]);
    expect(of({ precision: "float32", fastBfloat16: null })).toEqual([]);
  });

  it("names the cost of checkpoints", () => {
    expect(adviceOf(facts({ forward: 80, checkpoint: 20 }, {}, { checkpoints: 4 }))).toEqual([
      expect.stringContaining("writing 4 checkpoints takes 20 % of the time, 5.0 s each"),
    ]);
  });

  it("puts the largest saving first", () => {
    const cases = { ...noCaseTime, inference: 60 };
    const found = adviceOf(
      facts(
        { wait: 10, forward: 30, validation: 60 },
        { training: load(10), cases },
        { validations: 10, precision: "float32", fastBfloat16: "this CPU" },
      ),
    );
    expect(found.map((text) => text.split(" ", 1)[0])).toEqual(["validation", "waiting", "forward"]);
  });
});

describe("advice for a run over cases", () => {
  it("offers use_amp where inference takes most", () => {
    const time = { ...noCaseTime, wait: 2, inference: 8 };
    expect(adviceOfCases(time, "float32", "this CPU (amx_bf16)")).toHaveLength(1);
    expect(adviceOfCases({ ...time, wait: 20 }, "float32", "this CPU (amx_bf16)")).toEqual([]);
    expect(adviceOfCases(noCaseTime, "float32", "this CPU (amx_bf16)")).toEqual([]);
    expect(adviceOfCases(time, "float32", null)).toEqual([]);
  });
});
