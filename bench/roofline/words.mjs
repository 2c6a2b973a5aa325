// The roofline in lines: ceilings, where the time of each step goes, and the shapes that take most of it.
import { median } from "../interleave.mjs";
import { duration } from "../words.mjs";

const percent = (share) => (share === null ? "" : `${(100 * share).toFixed(0)} %`);

/** Shapes that take less than this of the longest are left to the JSON. */
const leastOfLongest = 0.05;

export const linesOfRoofline = ({ roofs, networks }) => [
  "",
  ...["bfloat16", "float32"].map((dtype) => ceilingText(dtype, roofs[dtype])),
  `traffic: ${roofs.traffic.map(({ mebibytes, bytesPerSecond }) => `${mebibytes} MiB ${(bytesPerSecond / 1e9).toFixed(0)} GB/s`).join(", ")}`,
  ...networks.flatMap(linesOfNetwork),
];

const ceilingText = (dtype, { shape, flopsPerSecond }) =>
  `products in ${dtype}: ${(flopsPerSecond / 1e9).toFixed(0)} GFLOP/s (${shape.join(" × ")})`;

const linesOfNetwork = ({ name, stepMs, kinds, copies, shapes }) => [
  "",
  `${name}, recorded step ${duration(median(stepMs))}: ${kinds.map(kindText).join(", ")}; ${kindText(copies)}`,
  ...columnsOf([headings, ...shapes.filter(({ ms }) => ms >= leastOfLongest * shapes[0].ms).map(cellsOf)]),
];

const kindText = ({ kind, ms, share }) => `${kind} ${percent(share)} (${duration(ms)})`;

// shares of the ceiling, but for "of roof"; reachable: with the traffic of memory
const headings = [
  "convolution",
  "calls",
  "GFLOP",
  "FLOP/B",
  "ms",
  "share",
  "reachable",
  "of roof",
  "alone: forward",
  "input gr.",
  "weight gr.",
];
const cellsOf = ({ name, calls, gflop, flopsPerByte, ms, share, reachable, shareOfRoof, alone }) => [
  name,
  String(calls.forward),
  gflop.toFixed(1),
  flopsPerByte.toFixed(0),
  ms.toFixed(1),
  ...[share, reachable, shareOfRoof, alone.forward, alone.inputGradient, alone.weightGradient].map(percent),
];

function columnsOf(rows) {
  const widths = rows[0].map((_, n) => Math.max(...rows.map((cells) => cells[n].length)));
  return rows.map((cells) =>
    cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]))).join("  "),
  );
}
