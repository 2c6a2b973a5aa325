import { expect, it } from "vitest";
import { pathTrouble } from "./path_trouble.ts";

it.each([
  ["/mmar/~/data", "~"],
  ["~", "~"],
  ["/mmar/$HOME/data", "$NAME"],
  ["/mmar/$data", "$NAME"],
  ["D:\new\test", "escape"],
  ["/mmar/DATASET_JSON", '"{DATASET_JSON}"'],
  ["/mmar/{ DATA_ROOT }", '"{DATA_ROOT}"'],
])("says what is odd about %j", (path, words) => {
  expect(pathTrouble(path)).toContain(words);
});

it.each(["/data/spleen", "C:/data", "/data/a~b", "/data/5$", "/data/MY_DATA_ROOT_2"])(
  "finds nothing odd about %s",
  (path) => {
    expect(pathTrouble(path)).toBeUndefined();
  },
);
