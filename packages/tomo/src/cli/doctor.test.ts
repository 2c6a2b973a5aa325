import { describe, expect, it } from "vitest";
import { doctor, type EngineState } from "./doctor.ts";
import { machine } from "./machine.ts";
import { testIo } from "./testing/io.ts";

const engine: EngineState = {
  loaded: true,
  problem: null,
  libtorch: "2.15.0",
  path: "/opt/torch",
  source: "LIBTORCH",
  addon: "/opt/a.node",
  cpuCapability: "AVX512",
  cuda: { devices: 0, problem: "no CUDA device or driver was found" },
};
const broken: EngineState = {
  ...engine,
  loaded: false,
  problem: "libc10.so is missing",
  cpuCapability: null,
};

const examine = async (state: EngineState, options = {}) => {
  const io = testIo();
  const exit = await doctor(options, io, () => Promise.resolve(state));
  return { exit, out: io.printed().out };
};

describe("doctor", () => {
  it("prints versions, places, CPU, memory and GPU", async () => {
    const { exit, out } = await examine(engine);
    expect(exit).toBe(0);
    for (const part of [
      process.versions.node,
      "2.15.0",
      "/opt/torch",
      "LIBTORCH",
      "/opt/a.node",
      "AVX512",
      "GiB",
      "no CUDA device",
    ])
      expect(out).toContain(part);
  });

  it("ends with 5 and a remedy when the engine does not load", async () => {
    const { exit, out } = await examine(broken);
    expect(exit).toBe(5);
    expect(out).toContain("does not load: libc10.so is missing");
    expect(out).toContain("npm run setup");
  });

  it("says all of it as JSON", async () => {
    const { out } = await examine(engine, { json: true });
    expect(JSON.parse(out)).toMatchObject({
      node: process.versions.node,
      engine,
      machine: { cores: machine().cores },
    });
  });

  it("answers for this machine, engine or not", async () => {
    const io = testIo();
    const exit = await doctor({ json: true }, io);
    const { engine: found } = JSON.parse(io.printed().out) as { engine: EngineState };
    expect(exit).toBe(found.loaded ? 0 : 5);
    expect(found.loaded).toBe(found.problem === null);
  });
});
