import { floatsFrom, scope } from "@tomo/torch";
import fc from "fast-check";
import { expect, it } from "vitest";
import { toFileOrder } from "./file_order.ts";

it("puts the first index fastest: the inverse of reading in that order, for every shape", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), (shape) => {
      scope(() => {
        const count = shape.reduce((product, length) => product * length, 1);
        const values = Float32Array.from({ length: count }, (_, n) => n);
        expect(toFileOrder(floatsFrom(values, { dtype: "float32", order: "F" }, shape))).toEqual(values);
      });
    }),
  );
});
