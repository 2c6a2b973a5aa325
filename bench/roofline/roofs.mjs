// What this machine can do through the door: products of matrices, and traffic with memory by the size of what is touched.
import { ops, scope } from "@tomo/torch";
import { median } from "../interleave.mjs";

/** [rows, inner, columns] of products that suit oneDNN; none is the best everywhere. */
const shapes = [
  [2048, 2048, 2048],
  [4096, 1024, 4096],
  [8192, 1024, 1024],
  [16384, 512, 512],
];
const dtypes = ["bfloat16", "float32"];
const touchedMiB = [1, 4, 16, 64, 256];

/** Calls `work` until some time has passed, after a call that does not count; answers the median of seconds. */
export function secondsOf(work, atLeast = 0.02) {
  const times = [];
  work();
  const first = performance.now();
  do {
    const start = performance.now();
    work();
    times.push((performance.now() - start) / 1e3);
  } while (performance.now() - first < 1e3 * atLeast);
  return median(times);
}

function multiplicationsPerSecond(dtype, [rows, inner, columns]) {
  return scope(() => {
    const matrix = (...shape) => ops.toDtype(ops.rand(shape, { dtype: "float32" }), dtype);
    const [a, b] = [matrix(rows, inner), matrix(inner, columns)];
    return (2 * rows * inner * columns) / secondsOf(() => scope(() => void ops.matmul(a, b)));
  });
}

/** a += b: reads two arrays and writes one of them. */
function bytesPerSecond(mebibytes) {
  return scope(() => {
    const count = (mebibytes * 2 ** 20) / 2 / 4;
    const [a, b] = [1, 2].map((value) => ops.full([count], value, { dtype: "float32" }));
    return (3 * 4 * count) / secondsOf(() => scope(() => void ops.add_(a, b)));
  });
}

/** One repeat: { bfloat16, float32: FLOP/s of each shape; traffic: bytes/s of each size }. */
export const measureRoofs = () => ({
  ...Object.fromEntries(
    dtypes.map((dtype) => [dtype, shapes.map((shape) => multiplicationsPerSecond(dtype, shape))]),
  ),
  traffic: touchedMiB.map(bytesPerSecond),
});

/** The best that any repeat reached, as other work on the machine only takes away from it: by dtype, and the traffic. */
export function roofsOf(repeats) {
  const best = (key) => repeats[0][key].map((_, n) => Math.max(...repeats.map((one) => one[key][n])));
  const ceiling = (dtype) => {
    const rates = best(dtype);
    const flopsPerSecond = Math.max(...rates);
    return { shape: shapes[rates.indexOf(flopsPerSecond)], flopsPerSecond };
  };
  return {
    ...Object.fromEntries(dtypes.map((dtype) => [dtype, ceiling(dtype)])),
    traffic: best("traffic").map((rate, n) => ({ mebibytes: touchedMiB[n], bytesPerSecond: rate })),
  };
}

/**
 * Least seconds for so much arithmetic in bfloat16 and so much traffic, which is as fast as with arrays of the next
 * larger size measured.
 */
export function leastSeconds({ flops, bytes }, { bfloat16, traffic }) {
  const { bytesPerSecond: rate } =
    traffic.find(({ mebibytes }) => bytes <= mebibytes * 2 ** 20) ?? traffic.at(-1);
  const [arithmetic, memory] = [flops / bfloat16.flopsPerSecond, bytes / rate];
  return { arithmetic, roof: Math.max(arithmetic, memory) };
}
