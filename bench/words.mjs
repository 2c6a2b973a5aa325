// What is printed of results: lines for one row, a Markdown table in the form of docs/benchmarks.md for several.

export async function linesOf(result, module) {
  const { lines = () => [] } = await module;
  const compared = (result.comparisons ?? []).map(
    ({ ours, peer, oursMs, peerMs, ratio, spread }) =>
      `${ours} ${duration(oursMs)} vs ${peer} ${duration(peerMs)}: ${ratio.toFixed(2)}x ${rangeText(spread)}`,
  );
  return [machineText(result.machine), ...compared, ...lines(result)];
}

export async function markdownOf(results, moduleOf) {
  if (results.length === 0) return "no row has run\n";
  const rows = [];
  for (const result of results) {
    const { title = result.row, table = comparisonRows } = await moduleOf(result.row);
    table(result).forEach((cells, n) => {
      rows.push([n === 0 ? `${result.row}: ${title}` : "", ...cells]);
    });
  }
  return [
    `Machine: ${machineText(results[0].machine)}.`,
    "",
    "| row | ours | peer | ratio (range) |",
    "| --- | --- | --- | --- |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
  ].join("\n");
}

export const comparisonRows = ({ comparisons = [] }) =>
  comparisons.map(({ ours, peer, oursMs, peerMs, ratio, spread }) => [
    `${ours}, ${duration(oursMs)}`,
    `${peer}, ${duration(peerMs)}`,
    `${ratio.toFixed(2)} ${rangeText(spread)}`,
  ]);

const machineText = ({ gpu, cpu, cores, features, memoryGiB, load, libtorch, node }) =>
  `${gpu ? `${gpu}; ` : ""}${cpu}, ${cores} cores, ${features.join(" ")}; ${memoryGiB} GiB; load ${load.toFixed(1)}; libtorch ${libtorch}, Node ${node}`;

export const rangeText = ([least, most]) => `(${least.toFixed(2)} … ${most.toFixed(2)})`;

export function duration(milliseconds) {
  if (milliseconds < 100) return `${milliseconds.toPrecision(3)} ms`;
  return milliseconds < 1e4 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1e3).toFixed(0)} s`;
}
