import { describe, expect, it } from "vitest";
import { remainingSeconds } from "./remaining.ts";

describe("remainingSeconds", () => {
  it("counts epochs and validations to come", () => {
    expect(remainingSeconds({ epochs: 10, epochsPerValidation: 4 }, 4, [2, 2, 2, 2], [5])).toBe(
      6 * 2 + 1 * 5,
    );
    expect(remainingSeconds({ epochs: 10, epochsPerValidation: 4 }, 10, [2], [5])).toBe(0);
  });

  it("looks at the latest epochs only, and at nothing before the first", () => {
    const slowStart = [100, ...new Array<number>(10).fill(1)];
    expect(remainingSeconds({ epochs: 20, epochsPerValidation: 100 }, 11, slowStart, [])).toBe(9);
    expect(remainingSeconds({ epochs: 5, epochsPerValidation: 1 }, 0, [], [])).toBe(0);
  });
});
