import { describe, expect, it } from "vitest";
import { testMmar } from "../config/testing/mmar.ts";
import { checkMmar } from "./check_mmar.ts";
import { summaryLine } from "./summary_text.ts";
import { copyExample, exampleNames } from "./testing/example_mmar.ts";

describe("checkMmar", () => {
  it.each(exampleNames)("finds nothing amiss in %s", (name) => {
    const mmar = testMmar();
    try {
      copyExample(name, mmar.root);
      const files = checkMmar({ mmar: mmar.root, cwd: mmar.root });
      expect(files.length).toBeGreaterThanOrEqual(2);
      // Clara's own validation config of the spleen loads a frozen graph
      const known = (file: string) =>
        name === "segmentation_ct_spleen" && file.endsWith("config_validation.json")
          ? ["TOMO_NOT_RUNNABLE"]
          : [];
      for (const { file, errors, warnings } of files)
        expect([errors, warnings.map(({ code }) => code)]).toEqual([[], known(file)]);
      expect(files.map((file) => summaryLine(file, mmar.root)).join("\n")).toMatchSnapshot();
    } finally {
      mmar.remove();
    }
  });
});
