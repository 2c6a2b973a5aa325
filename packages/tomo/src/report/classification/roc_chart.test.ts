import { describe, expect, it } from "vitest";
import { classified, oneClass } from "../../testing/classified.ts";
import { expectGolden } from "../../testing/golden_picture.ts";
import { lineHeight, textWidth } from "../picture/text.ts";
import { studyOf } from "./bootstrap.ts";
import type { ClassificationCases } from "./cases.ts";
import { rocDrawing, rocPicture, rocSvg } from "./roc_chart.ts";
import { classificationSummary } from "./summary.ts";

const parts = (input: ClassificationCases) => {
  const study = studyOf(input, { resamples: 100 });
  return [study, classificationSummary(study)] as const;
};
const classNames = ["No_Finding", "Edema", "Pleural_Thickening_with_a_very_long_name", "Mass <&\"'> left"];
const input = classified(80, classNames, { seed: 3 });
const golden = (name: string) => new URL(`golden/${name}`, import.meta.url);

/** Fails unless every element is closed in order and text holds no bare markup. */
function expectWellFormed(xml: string): void {
  const open: string[] = [];
  for (const [token, tag] of xml.matchAll(/<[^>]*>|[^<]+/g)) {
    if (!token.startsWith("<")) expect(token).not.toMatch(/&(?!#\d+;)/);
    else if (token.startsWith("</")) expect(open.pop()).toBe(token.slice(2, -1));
    else {
      expect(token).toMatch(/^<[a-z]+( [a-zA-Z:-]+="[^"<&]*(&#\d+;[^"<&]*)*")*\/?>$/);
      if (!token.endsWith("/>")) open.push(/^<([a-z]+)/.exec(token)![1]!);
    }
    void tag;
  }
  expect(open).toEqual([]);
}

describe("rocSvg", () => {
  const svg = rocSvg(...parts(input));

  it("looks as it was looked at", async () => {
    await expect(`${svg}\n`).toMatchFileSnapshot("golden/roc.svg");
  });

  it("is well-formed, stands alone and runs nothing", () => {
    expectWellFormed(svg);
    expect(svg).not.toMatch(/<script|<image|<use|href|url\(|@import| on[a-z]+=/);
    expect(svg.match(/https?:/g)).toHaveLength(1);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("survives names with markup, controls and lone surrogates", () => {
    for (const name of ["</text><script>alert(1)</script>", "]]>&amp;", "a\u0000b\u001f", "\ud800", "😀", ""])
      expectWellFormed(rocSvg(...parts(oneClass([0.1, 0.4, 0.2], [0, 1, 1], name))));
  });

  it("says what it shows to those who cannot see it", () => {
    expect(svg).toContain("<title>ROC curves</title>");
    const description = /<desc>(.*)<\/desc>/s.exec(svg)![1]!;
    for (const name of ["No_Finding", "Edema", "mean of 4 classes"])
      expect(description).toMatch(new RegExp(`${name}: AUC 0\\.\\d{3} \\[0\\.\\d{3}, 0\\.\\d{3}\\]`));
  });

  it("stays small for many cases", () => {
    expect(rocSvg(...parts(classified(20_000, ["a"]))).length).toBeLessThan(40_000);
  });

  it("shows no curve where there is none, and says why", () => {
    const none = rocSvg(...parts(oneClass([0.1, 0.4], [0, 0])));
    expect(none).toContain("no positives");
    expect(rocSvg(...parts(oneClass([0.1, 0.4], [1, 1])))).toContain("no negatives");
    expect(none).not.toContain('class="accent"');
    for (const empty of [oneClass([], []), { classNames: [], cases: [] }])
      expectWellFormed(rocSvg(...parts(empty)));
  });
});

describe("rocDrawing", () => {
  it.each([1, 2, 3, 4, 8, 15, 70])("%i classes: texts stay inside and apart", (count) => {
    const names = Array.from({ length: count }, (_, n) => `class_${n}_${"long_".repeat(n % 9)}name`);
    const { width, height, labels } = rocDrawing(...parts(classified(30, names)));
    const boxes = labels.map(({ text, x, y, align, size }) => {
      const wide = textWidth(text, size);
      const left = { left: x, centre: x - wide / 2, right: x - wide }[align];
      // descenders of one line may touch the next
      return { text, left, right: left + wide, top: y + 2, bottom: y + lineHeight(size) - 2 };
    });
    for (const [n, a] of boxes.entries()) {
      expect(a.left).toBeGreaterThanOrEqual(0);
      expect(a.right).toBeLessThanOrEqual(width);
      expect(a.bottom).toBeLessThanOrEqual(height);
      for (const b of boxes.slice(n + 1)) {
        const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        expect(apart, `"${a.text}" over "${b.text}"`).toBe(true);
      }
    }
  });

  it("puts the mean first, and no mean where there is one class", () => {
    const texts = (count: number) => {
      const names = Array.from({ length: count }, (_, n) => `class_${n}`);
      return rocDrawing(...parts(classified(30, names))).labels.map(({ text }) => text);
    };
    expect(texts(2).indexOf("mean of 2 classes")).toBeLessThan(texts(2).indexOf("class_0"));
    expect(texts(1).some((text) => text.startsWith("mean"))).toBe(false);
    expect(texts(70).some((text) => text.includes("11 more classes are in the tables"))).toBe(true);
  });

  it("flags few cases", () => {
    const texts = rocDrawing(...parts(oneClass([0.1, 0.4, 0.2], [0, 1, 1]))).labels.map(({ text }) => text);
    expect(texts).toContain("few cases: 2 of 3 positive");
  });
});

describe("rocPicture", () => {
  it("looks as it was looked at", async () => {
    // other machines may round edges differently
    await expectGolden(await rocPicture(...parts(input)), golden("roc.png"), 0.002);
  });
});
