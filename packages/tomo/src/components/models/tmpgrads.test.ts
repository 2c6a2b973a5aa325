import { backward, ops, scope, setThreads } from "@tomo/torch";
import { readFileSync } from "node:fs";
import { it } from "vitest";
import { fillByFormula, formulaTensor } from "../../testing/formula_weights.ts";
import { Ahnet } from "./ahnet/ahnet.ts";
it("x", () => {
  setThreads(2);
  const m = new Ahnet({ axes: 3, inChannels: 1, outChannels: 2, pspPools: 0, upsampleMode: "transpose", throughPlane: 2 }).to({ dtype: "float64" });
  fillByFormula(m);
  scope(() => { const l = scope(() => ops.mean(ops.square(m.forward(formulaTensor([1,1,64,64,32], 0))))); backward(l); });
  const ref = JSON.parse(readFileSync("/tmp/perf/grads.json","utf8"));
  for (const [name, p] of [...m.namedParameters()].reverse()) {
    const g = scope(()=>ops.sum(ops.square(p.grad!)).item() ** 0.5);
    const d = Math.abs(g-ref[name])/ref[name];
    if (d > 1e-9) console.log(name, g, ref[name], d);
  }
});
