import { describe, expect, it } from "vitest";
import { classified } from "../../testing/classified.ts";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { type ClassificationCases, type ClassifiedCase, columnsOf } from "./cases.ts";

const input = classified(4, ["a", "b"]);
const withCase = (change: Partial<ClassifiedCase>): ClassificationCases => ({
  ...input,
  cases: input.cases.map((row, n) => (n === 2 ? { ...row, ...change } : row)),
});

describe("columnsOf", () => {
  it("turns cases into one column a class", () => {
    const [a, b] = columnsOf(input);
    expect([a!.name, b!.name]).toEqual(["a", "b"]);
    expect([...b!.scores]).toEqual(input.cases.map(({ predictions }) => predictions[1]));
    expect([...b!.labels]).toEqual(input.cases.map(({ labels }) => labels[1]));
  });

  it("takes no cases and no classes", () => {
    expect(columnsOf({ classNames: ["a"], cases: [] })[0]!.scores).toHaveLength(0);
    expect(columnsOf({ classNames: [], cases: [] })).toEqual([]);
  });

  it.each([
    ["predictions", [0.5, Number.NaN], 'NaN for class "b"'],
    ["predictions", [Number.POSITIVE_INFINITY, 0.5], 'Infinity for class "a"'],
    ["predictions", [0.5], "1 predictions"],
    ["labels", [0, 2], '2 for class "b"'],
    ["labels", [0, Number.NaN], 'NaN for class "b"'],
    ["labels", [0, 0.5], '0.5 for class "b"'],
    ["labels", [0, 1, 1], "3 labels"],
  ] as const)("refuses %s %j with the case", (field, values, given) => {
    const error = tomoErrorOf(() => columnsOf(withCase({ [field]: values })));
    expect(error.code).toBe("TOMO_PREDICTIONS_UNFIT");
    expect(error.where).toEqual({ case: "case_2", field });
    expect(error.given).toBe(given);
  });
});
