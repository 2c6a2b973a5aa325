import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPath, isBelow, parsePath } from "./path.ts";

const steps = fc.array(fc.oneof(fc.string({ minLength: 1 }), fc.nat({ max: 1000 })), { minLength: 1 });

describe("config paths", () => {
  it("writes keys with dots and indices in brackets", () => {
    expect(formatPath(["train", "pre_transforms", 3, "args", "pos"])).toBe(
      "train.pre_transforms[3].args.pos",
    );
    expect(formatPath(["labels", "0.5"])).toBe('labels["0.5"]');
    expect(formatPath([])).toBe("");
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(steps, (path) => {
        expect(parsePath(formatPath(path))).toEqual(path);
      }),
    );
  });

  it.each(["a..b", "a[", "a[x]", "a b", "a[1]b", "."])("refuses %s", (text) => {
    expect(parsePath(text)).toBeUndefined();
  });

  it("knows what lies below", () => {
    expect(isBelow(["train", "loss", "args"], ["train", "loss"])).toBe(true);
    expect(isBelow(["train", "loss"], ["train", "loss"])).toBe(true);
    expect(isBelow(["train"], ["train", "loss"])).toBe(false);
    expect(isBelow(["train", "model"], ["train", "loss"])).toBe(false);
  });
});
