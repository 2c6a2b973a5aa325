import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FoundCase } from "./found.ts";
import { labelStrata, patientOf, splitCases } from "./split.ts";

const caseOf = (name: string, group = name, label: number[] = [0]): FoundCase => ({
  image: name,
  label,
  group,
});
const cases = fc.uniqueArray(
  fc.record({ name: fc.nat().map((n) => `case ${n}`), group: fc.nat(20), stratum: fc.nat(2) }),
  { selector: ({ name }) => name, maxLength: 60 },
);

describe("splitCases", () => {
  it("loses no case, keeps groups together, and does not depend on the order", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const all = drawn.map(({ name, group, stratum }) => caseOf(name, `patient ${group}`, [stratum]));
        const stratum = ({ label }: FoundCase) => label[0]!;
        const { training, validation } = splitCases(all, () => "");
        expect([...training, ...validation].sort(byName)).toEqual([...all].sort(byName));
        const sides = [training, validation].map((side) => new Set(side.map(({ group }) => group)));
        expect([...sides[0]!].filter((group) => sides[1]!.has(group))).toEqual([]);
        const turned = splitCases(all.toReversed(), () => "");
        expect(turned.validation.map(nameOf).sort()).toEqual(validation.map(nameOf).sort());
        expect(splitCases(all, stratum)).toEqual(splitCases(all, stratum));
      }),
    );
  });

  it("takes a fifth of each stratum, and one case where there are few", () => {
    const all = Array.from({ length: 100 }, (_, n) => caseOf(`a${n}`, `a${n}`, [n < 90 ? 0 : 1]));
    const { validation } = splitCases(all, labelStrata(all));
    expect(validation.filter(({ label }) => label[0] === 1)).toHaveLength(2);
    expect(validation).toHaveLength(20);
    expect(splitCases([caseOf("a"), caseOf("b")], () => "").validation).toHaveLength(1);
    expect(splitCases([caseOf("a")], () => "").validation).toHaveLength(0);
  });
});

const nameOf = ({ image }: FoundCase) => String(image);
const byName = (a: FoundCase, b: FoundCase) => (nameOf(a) < nameOf(b) ? -1 : 1);

it("labelStrata puts a case with several findings to its rarest", () => {
  const all = [
    [1, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ].map((label, n) => caseOf(`${n}`, `${n}`, label));
  expect(all.map(labelStrata(all))).toEqual(["0:1", "0:1", "1:1", ""]);
});

it.each([
  ["images/00000211_013.png", "patient 00000211"],
  ["NORMAL/person12_virus_3.jpeg", "patient person12"],
  ["sub-01/anat/t1.nii.gz", "patient sub-01"],
  ["imagesTr/hippocampus_001.nii.gz", "imagesTr/hippocampus_001.nii.gz"],
])("patientOf %s", (path, patient) => {
  expect(patientOf(path)).toBe(patient);
});
