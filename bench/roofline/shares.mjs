// What share of the ceiling convolutions reach: of groups of them repeat by repeat, and of each shape.
import { comparison, median } from "../interleave.mjs";
import { kernelOf, nameOf, workOf } from "./convolutions.mjs";
import { leastSeconds } from "./roofs.mjs";

const gradients = ["inputGradient", "weightGradient"];
const passes = ["forward", ...gradients];
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const inStep = {
  "in the step": [passes, ({ seconds }) => seconds.forward + seconds.backward],
  "in the step, forward": [["forward"], ({ seconds }) => seconds.forward],
  "in the step, backward": [gradients, ({ seconds }) => seconds.backward],
};
const aloneSeconds = (of) => (one) => sum(of.map((pass) => one.passes[pass] * (one.alone[pass] ?? 0)));
const alone = Object.fromEntries(
  [
    ["alone", passes],
    ["alone, forward", ["forward"]],
    ["alone, input gradients", ["inputGradient"]],
    ["alone, weight gradients", ["weightGradient"]],
  ].map(([title, of]) => [title, [of, aloneSeconds(of)]]),
);

const flopsOf = ({ geometry, passes: calls }, of) =>
  workOf(geometry).flops * sum(of.map((pass) => calls[pass]));

/** Comparisons of the time that some convolutions take with that of products of as much arithmetic. */
export function comparisonsOf({ network, title, kernel }, repeats, roofs) {
  const belongs = ({ geometry }) => kernel === undefined || kernelOf(geometry) === kernel;
  return Object.entries({ ...inStep, ...alone }).map(([how, [of, seconds]]) => {
    const times = repeats.map((one) => one.convolutions.filter(belongs));
    const ours = times.map((some) => 1e3 * sum(some.map(seconds)));
    const least = times.map(
      (some) => (1e3 * sum(some.map((one) => flopsOf(one, of)))) / roofs.bfloat16.flopsPerSecond,
    );
    return comparison(`${title} convolutions of ${network} ${how}`, "bfloat16 products", ours, least);
  });
}

/** Each shape of a step, longest first; shares are of the ceiling unless they are called otherwise. */
export function shapesOf(repeats, roofs) {
  const others = repeats.map(({ convolutions }) => new Map(convolutions.map((one) => [keyOf(one), one])));
  const shapes = repeats[0].convolutions.map((one) => {
    const key = keyOf(one);
    return shapeOf(
      one,
      others.map((of) => of.get(key)),
      roofs,
    );
  });
  return shapes.sort((a, b) => b.ms - a.ms);
}

const keyOf = ({ geometry }) => JSON.stringify(geometry);

function shapeOf({ geometry, passes: calls }, repeats, roofs) {
  const work = workOf(geometry);
  const count = sum(Object.values(calls));
  const least = leastSeconds(work, roofs);
  const seconds = median(repeats.map(({ seconds: { forward, backward } }) => forward + backward));
  const aloneOf = (pass) =>
    calls[pass] > 0 ? least.arithmetic / median(repeats.map((one) => one.alone[pass])) : null;
  return {
    name: nameOf(geometry),
    geometry,
    calls,
    gflop: (count * work.flops) / 1e9,
    flopsPerByte: work.flops / work.bytes,
    ms: 1e3 * seconds,
    share: (count * least.arithmetic) / seconds,
    reachable: least.arithmetic / least.roof,
    shareOfRoof: (count * least.roof) / seconds,
    alone: Object.fromEntries(passes.map((pass) => [pass, aloneOf(pass)])),
  };
}
