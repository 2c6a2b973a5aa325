import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../source/json.ts";
import { escapeBraces, substitute } from "./substitute.ts";

const variables: Record<string, Json> = {
  DIR: "/mmar/models",
  EPOCHS: 20,
  RATE: 0.5,
  FLAG: true,
  EMPTY: "",
  SIZE: [96, 96, 96],
  NESTED: "{DIR}",
};
const lookUp = (name: string): Json | undefined => variables[name];
const one = (text: string) => {
  const { value, faults } = substitute({ a: text }, lookUp);
  return { value: value.a, faults: faults.map((fault) => fault.problem) };
};

describe("placeholders", () => {
  it.each([
    ["{EPOCHS}", 20],
    ["{FLAG}", true],
    ["{RATE}", 0.5],
    ["{SIZE}", [96, 96, 96]],
    ["{EMPTY}", ""],
    ["{DIR}/model.trt.pb", "/mmar/models/model.trt.pb"],
    ["{DIR}{EPOCHS}", "/mmar/models20"],
    ["run {EPOCHS} at {RATE}: {FLAG}", "run 20 at 0.5: True"],
    ["{{DIR}}", "{DIR}"],
    ["{{{DIR}}}", "{/mmar/models}"],
    ["a}}b", "a}b"],
    ["no braces", "no braces"],
    ["{NESTED}", "{DIR}"],
  ])("%j gives %j", (text, value) => {
    expect(one(text)).toEqual({ value, faults: [] });
  });

  it("gives null for a whole string without a variable", () => {
    expect(one("{PRETRAIN_WEIGHTS_FILE}")).toEqual({
      value: null,
      faults: [{ type: "undefined", name: "PRETRAIN_WEIGHTS_FILE", whole: true }],
    });
  });

  it.each([
    ["{NOPE}/x", { type: "undefined", name: "NOPE", whole: false }],
    ["a { b", { type: "brace", brace: "{" }],
    ["{}", { type: "brace", brace: "{" }],
    ["x}", { type: "brace", brace: "}" }],
    ["\\d{3}", { type: "brace", brace: "{" }],
    ["in {SIZE}", { type: "not_text", name: "SIZE" }],
  ])("reports %j and leaves it", (text, problem) => {
    expect(one(text)).toEqual({ value: text, faults: [problem] });
  });

  it("replaces values anywhere, keys nowhere", () => {
    const tree = { "{DIR}": [{ deep: ["{EPOCHS}", 1, null, true] }] };
    const { value, uses } = substitute(tree, lookUp);
    expect(value).toEqual({ "{DIR}": [{ deep: [20, 1, null, true] }] });
    expect([...uses]).toEqual([["{DIR}[0].deep[0]", ["EPOCHS"]]]);
  });

  it("says where each fault is", () => {
    const { faults } = substitute({ a: { b: ["x", "{NOPE}"] } }, lookUp);
    expect(faults.map((fault) => [fault.path, fault.text])).toEqual([[["a", "b", 1], "{NOPE}"]]);
  });

  it("leaves any tree without braces in its strings as it is", () => {
    const text = fc.string().map((value) => value.replaceAll(/[{}]/g, ""));
    const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
    const tree = fc.dictionary(fc.string(), fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf)));
    fc.assert(
      fc.property(tree, (value) => {
        const result = substitute(value, lookUp);
        expect(JSON.stringify(result.value)).toBe(JSON.stringify(value));
        expect(result.faults).toEqual([]);
      }),
    );
  });

  it("undoes escapeBraces for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("{", "}", "D", "I", "R", " ") }), (text) => {
        expect(one(escapeBraces(text))).toEqual({ value: text, faults: [] });
      }),
    );
  });
});
