import { expect, it } from "vitest";
import { featuresIn } from "./cpu_features.ts";

it("reads the flags of /proc/cpuinfo", () => {
  const text =
    "processor\t: 0\nmodel name\t: X\nflags\t\t: fpu avx2 avx512f amx_bf16\n\nprocessor\t: 1\nflags\t\t: fpu\n";
  expect(featuresIn(text)).toEqual({ avx2: true, avx512f: true, avx512_bf16: false, amx_bf16: true });
});

it("finds none in a file without flags", () => {
  expect(Object.values(featuresIn("Features : neon"))).not.toContain(true);
});
