import { describe, expect, it } from "vitest";
import { parseSchema } from "./schema.ts";

describe("parseSchema", () => {
  it("reads types, defaults, keyword-only arguments and results", () => {
    const schema = parseSchema(
      'aten::conv3d.padding(Tensor input, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], *, str padding="valid") -> (Tensor, Tensor[])',
    );
    expect(
      schema.args.map(({ type, name, hasDefault, keywordOnly }) => [type, name, hasDefault, keywordOnly]),
    ).toEqual([
      ["Tensor", "input", false, false],
      ["Tensor?", "bias", true, false],
      ["SymInt[3]", "stride", true, false],
      ["str", "padding", true, true],
    ]);
    expect([schema.name, schema.overload, schema.returns]).toEqual([
      "conv3d",
      "padding",
      ["Tensor", "Tensor[]"],
    ]);
  });

  it("knows which argument an in-place operator returns", () => {
    expect(parseSchema("aten::add_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)").returnsArg).toBe(0);
    expect(parseSchema("aten::add.Tensor(Tensor self, Tensor other) -> Tensor").returnsArg).toBe(-1);
    expect(parseSchema("aten::_foreach_zero_(Tensor(a!)[] self) -> ()").returns).toEqual([]);
  });

  it("refuses text that is no schema", () => {
    expect(() => parseSchema("hello")).toThrow(/cannot read/);
  });
});
