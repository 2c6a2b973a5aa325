import { dispose, liveTensors, memoryUse, ops, setThreads, tensor } from "@tomo/torch";
import { describe, expect, it } from "vitest";
import type { LrContext } from "../../components/contracts.ts";
import { EarlyStop } from "../../components/handlers/early_stop.ts";
import { TomoError } from "../../errors/tomo_error.ts";
import type { Batch } from "../../pipeline/loader.ts";
import type { RunEvent } from "../events.ts";
import { StopFlag } from "../stop_flag.ts";
import { tinyLoader, tinyParts } from "../testing/train_parts.ts";
import { TrainLoop } from "./loop.ts";
import type { TrainOutcome, TrainParts } from "./parts.ts";

interface Watched {
  readonly events: RunEvent[];
  outcome?: TrainOutcome;
  error?: unknown;
}

async function watch(
  parts: TrainParts,
  stop = new StopFlag(),
  onEvent: (event: RunEvent) => void = () => {},
): Promise<Watched> {
  const watched: Watched = { events: [] };
  const run = new TrainLoop(parts, stop).run();
  try {
    for (;;) {
      const next = await run.next();
      if (next.done === true) {
        watched.outcome = next.value;
        return watched;
      }
      watched.events.push(next.value);
      onEvent(next.value);
    }
  } catch (error) {
    watched.error = error;
    return watched;
  }
}

const only = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

setThreads(1);

describe("TrainLoop", () => {
  it("runs epochs of steps, validates every N-th epoch, saves the best and the final model", async () => {
    const { parts, saved } = tinyParts({ metricValues: [0.5, 0.6] });
    const { events, outcome } = await watch(parts);
    const words = events.map((event) => ("epoch" in event ? `${event.type} ${event.epoch}` : event.type));
    const steps = (epoch: number) => [1, 2, 3].map(() => `step ${epoch}`);
    const validation = (epoch: number) => [
      ...[1, 2].map(() => `validation_progress ${epoch}`),
      `validation ${epoch}`,
      `checkpoint ${epoch}`,
    ];
    expect(words).toEqual([
      ...["epoch_started 1", ...steps(1), "epoch 1"],
      ...["epoch_started 2", ...steps(2), ...validation(2), "epoch 2"],
      ...["epoch_started 3", ...steps(3), "epoch 3"],
      ...["epoch_started 4", ...steps(4), ...validation(4), "epoch 4"],
      "checkpoint 4",
    ]);
    expect(saved).toEqual([
      "best after epoch 2, step 6",
      "best after epoch 4, step 12",
      "final after epoch 4, step 12",
    ]);
    expect(outcome).toMatchObject({
      outcome: "done",
      checkpoints: { best: "/models/best", final: "/models/final" },
    });
    expect(only(events, "step").map((event) => event.globalStep)).toEqual(
      Array.from({ length: 12 }, (_, n) => n + 1),
    );
  });

  it("learns", async () => {
    const { parts } = tinyParts({ epochs: 30, initialLr: 0.1 });
    const losses = only((await watch(parts)).events, "epoch").map((event) => event.meanLoss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 3);
  });

  it("keeps the best only for a strictly greater key metric", async () => {
    const { parts, saved } = tinyParts({
      epochs: 5,
      epochsPerValidation: 1,
      metricValues: [0.5, 0.5, Number.NaN, 0.4, 0.7],
    });
    const { events } = await watch(parts);
    expect(saved.filter((text) => text.startsWith("best"))).toEqual([
      "best after epoch 1, step 3",
      "best after epoch 5, step 15",
    ]);
    expect(only(events, "validation").map(({ isBest, best }) => [isBest, best?.epoch])).toEqual([
      [true, 1],
      [false, 1],
      [false, 1],
      [false, 1],
      [true, 5],
    ]);
  });

  it("asks the policy before every step, and takes the step with its rate", async () => {
    const asked: LrContext[] = [];
    const lrPolicy = (context: LrContext) => {
      asked.push(context);
      return context.currentLr / 2;
    };
    const { parts } = tinyParts({
      epochs: 2,
      epochsPerValidation: 1,
      metricValues: [0.3, 0.4],
      lrPolicy,
      initialLr: 1,
    });
    const { events } = await watch(parts);
    expect(only(events, "step").map((event) => event.learningRate)).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => 2 ** -n),
    );
    expect(
      asked.map(({ step, epoch, initialLr, keyMetrics }) => [step, epoch, initialLr, keyMetrics]),
    ).toEqual([
      ...[0, 1, 2].map((step) => [step, 1, 1, []]),
      ...[3, 4, 5].map((step) => [step, 2, 1, [0.3]]),
    ]);
  });

  it("stops at NaN before anything is changed, with the step, the cases and the last good checkpoint", async () => {
    const spoil = (batch: Batch, epoch: number): Batch => {
      if (epoch === 3 && batch.cases[0] === "case_1") ops.fill_(batch.fields.image!, Number.NaN);
      return batch;
    };
    const { parts, network, saved } = tinyParts({ metricValues: [0.5, 0.6], loader: tinyLoader(3, spoil) });
    const { error } = await watch(parts);
    expect(error).toBeInstanceOf(TomoError);
    expect(error).toMatchObject({
      code: "TOMO_NOT_FINITE",
      message: "the loss is NaN at step 8",
      where: { case: "case_1" },
    });
    expect((error as TomoError).hint).toContain("the last good checkpoint is /models/best (epoch 2)");
    expect(saved).toEqual(["best after epoch 2, step 6"]);
    for (const parameter of network.module.parameters())
      expect(parameter.toArray().every(Number.isFinite)).toBe(true);
  });

  it("says that there is no checkpoint when NaN comes first", async () => {
    const spoil = (batch: Batch): Batch => {
      ops.fill_(batch.fields.image!, Number.POSITIVE_INFINITY);
      return batch;
    };
    const { error } = await watch(tinyParts({ loader: tinyLoader(1, spoil) }).parts);
    expect((error as TomoError).hint).toContain("no checkpoint was written before");
  });

  it("finishes the step when asked to stop, and saves where it stands", async () => {
    const stop = new StopFlag();
    const { parts, saved } = tinyParts({ metricValues: [0.5, 0.6] });
    const { events, outcome } = await watch(parts, stop, (event) => {
      if (event.type === "step" && event.globalStep === 5) stop.request();
    });
    expect(saved).toEqual(["interrupted after epoch 1, step 5"]);
    expect(outcome).toMatchObject({
      outcome: "interrupted",
      progress: { epoch: 1, step: 5, stepInEpoch: 2 },
    });
    expect(events.at(-1)).toMatchObject({ type: "checkpoint", reason: "interrupted" });
  });

  it("stops inside a validation too", async () => {
    const stop = new StopFlag();
    const { parts, saved } = tinyParts({ metricValues: [0.5, 0.6] });
    const live = liveTensors();
    const { events } = await watch(parts, stop, (event) => {
      if (event.type === "validation_progress") stop.request();
    });
    expect(only(events, "validation")).toEqual([]);
    expect(saved).toEqual(["interrupted after epoch 2, step 6"]);
    expect(liveTensors()).toBe(live);
  });

  it("saves before it passes on a fault of the data", async () => {
    const fail = (batch: Batch, epoch: number): Batch => {
      if (epoch < 2) return batch;
      dispose(batch.fields);
      throw new TomoError("TOMO_FILE_DAMAGED", "broken");
    };
    const { parts, saved } = tinyParts({ loader: tinyLoader(3, fail) });
    const { error, events } = await watch(parts);
    expect((error as TomoError).code).toBe("TOMO_FILE_DAMAGED");
    expect(saved).toEqual(["interrupted after epoch 1, step 3"]);
    expect(events.at(-1)).toMatchObject({ type: "checkpoint", reason: "interrupted" });
  });

  it("ends early when a handler says so, with the final model", async () => {
    const handlers = [EarlyStop.build({ val_times_threshold: 2 })];
    const metricValues = [0.5, 0.4, 0.3, 0.9];
    const { parts, saved } = tinyParts({ epochs: 9, epochsPerValidation: 1, metricValues, handlers });
    const { events, outcome } = await watch(parts);
    expect(outcome!.progress.epoch).toBe(3);
    expect(saved.at(-1)).toBe("final after epoch 3, step 9");
    expect(only(events, "note").map((event) => event.message)).toEqual([
      "training ends: the key metric has not improved for 2 validations",
    ]);
  });

  it("accounts for every second, and estimates what is left", async () => {
    const { parts } = tinyParts({ metricValues: [0.5, 0.6] });
    const { events, outcome } = await watch(parts);
    const [first] = only(events, "epoch");
    expect(first!.seconds).toBeCloseTo(
      Object.values(first!.time).reduce((sum, seconds) => sum + seconds, 0),
      9,
    );
    expect(first!.remainingSeconds).toBeGreaterThan(0);
    expect(only(events, "epoch").at(-1)!.remainingSeconds).toBe(0);
    expect(Math.min(...Object.values(outcome!.time))).toBeGreaterThanOrEqual(0);
    expect(outcome!.time.forward).toBeGreaterThan(0);
  });

  it("leaves no tensor behind, however many steps it takes", async () => {
    const { parts } = tinyParts({ epochs: 200, loader: tinyLoader(10) });
    const live: number[] = [];
    const bytes: number[] = [];
    await watch(parts, new StopFlag(), (event) => {
      if (event.type !== "epoch") return;
      live.push(liveTensors());
      bytes.push(memoryUse().live);
    });
    expect(new Set(live.slice(1)).size).toBe(1);
    expect(new Set(bytes.slice(1)).size).toBe(1);
  });

  it("adds the loss that the model adds", async () => {
    const { parts, network } = tinyParts({ epochs: 1, loader: tinyLoader(1) });
    const plain = only((await watch(parts)).events, "step")[0]!.loss;
    const again = tinyParts({ epochs: 1, loader: tinyLoader(1) });
    Object.assign(again.network, { extraLoss: () => tensor([10], []) });
    const more = only((await watch(again.parts)).events, "step")[0]!.loss;
    expect(more - plain).toBeCloseTo(10, 5);
    network.module.dispose();
  });
});
