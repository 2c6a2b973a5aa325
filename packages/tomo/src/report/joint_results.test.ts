import { expect, it } from "vitest";
import { type JointReport, jointForms } from "./joint_results.ts";

const report: JointReport = {
  name: "Average_AUC",
  value: 0.75,
  count: 2,
  parts: { class_0: 0.75, class_1: Number.NaN },
  policy: "columns of one class are left out",
  cases: [
    { case: "a", path: "a, left.png", predictions: [0.25, 1 / 3], labels: [1, 0] },
    { case: "b", path: "b.png", predictions: [0.5, 1], labels: [0, 0] },
  ],
};

it("lists predictions and labels of each case", () => {
  expect(jointForms["_raw_results.txt"](report)).toBe("a, left.png 0.25 0.333333 1 0\nb.png 0.5 1 0 0\n");
  expect(jointForms["_raw_results.csv"](report)).toBe(
    'case,path,prediction_0,prediction_1,label_0,label_1\na,"a, left.png",0.25,0.333333,1,0\nb,b.png,0.5,1,0,0\n',
  );
});

it("sums up in one value, with its parts", () => {
  expect(jointForms["_summary_results.txt"](report)).toBe(
    "metric: Average_AUC\nvalue: 0.75\ncount: 2\ncases: 2\nclass_0: 0.75\nclass_1: nan\npolicy: columns of one class are left out\n",
  );
  expect(jointForms["_summary_results.csv"](report)).toBe(
    "name,value,count,cases\nAverage_AUC,0.75,2,2\nclass_0,0.75,2,2\nclass_1,,2,2\n",
  );
  expect(JSON.parse(jointForms["_results.json"](report)).parts).toEqual({ class_0: 0.75, class_1: null });
});
