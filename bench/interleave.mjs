// Runs competitors side by side in one go: each is a process that answers a line on stdin with the milliseconds of one
// repeat, and maybe further numbers behind them. Repeats alternate, so that drifts of the machine hit all alike.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

class Competitor {
  constructor({ name, command, args, env }) {
    this.name = name;
    this.times = [];
    this.facts = [];
    this.child = spawn(command, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.failed = new Promise((_, reject) => {
      this.child.on("error", reject);
      this.child.on("exit", (code) => code && reject(new Error(`${name} ended with exit code ${code}`)));
    });
    this.failed.catch(() => {});
  }
  async line() {
    const { value, done } = await Promise.race([this.lines.next(), this.failed]);
    if (done) throw new Error(`${this.name} ended early`);
    return value;
  }
  async repeat() {
    this.child.stdin.write("go\n");
    const [time, ...facts] = (await this.line()).split(" ").map(Number);
    this.facts.push(facts);
    return time;
  }
}

/**
 * Times in ms of each competitor by name: `warmup` repeats are thrown away.
 * @param onFacts Receives the name of each competitor and what it answered besides the time, a row a repeat, warm-up too
 */
export async function interleave(specs, { warmup, repeats, log, onFacts }) {
  const competitors = [];
  try {
    for (const spec of specs) {
      const competitor = new Competitor(spec);
      competitors.push(competitor);
      await competitor.line();
    }
    for (let round = -warmup; round < repeats; round++) {
      for (const competitor of competitors) {
        const time = await competitor.repeat();
        if (round >= 0) competitor.times.push(time);
        log?.(`${competitor.name}: ${time.toFixed(0)} ms${round < 0 ? " (warm-up)" : ""}`);
      }
    }
  } finally {
    for (const { child } of competitors) child.kill();
  }
  for (const { name, facts } of competitors) onFacts?.(name, facts);
  return Object.fromEntries(competitors.map(({ name, times }) => [name, times]));
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** How often faster `ours` is than `peer`: median of the ratios pair by pair, and their range. */
export function speedup(ours, peer) {
  const ratios = ours.map((time, i) => peer[i] / time);
  return { ratio: median(ratios), spread: [Math.min(...ratios), Math.max(...ratios)] };
}

/** Two competitors by their names, and their times in ms, repeat by repeat. */
export const comparison = (ours, peer, oursTimes, peerTimes) => ({
  ours,
  peer,
  oursMs: median(oursTimes),
  peerMs: median(peerTimes),
  ...speedup(oursTimes, peerTimes),
});

/** What every row answers; `main` is the comparison that its ratio is of. */
export const rowOf = (comparisons, main = comparisons[0]) => ({
  ratio: main.ratio,
  spread: main.spread,
  ours: main.oursMs,
  peer: main.peerMs,
  comparisons,
});
