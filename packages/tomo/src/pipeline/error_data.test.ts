import { TorchError } from "@tomo/torch";
import { expect, it } from "vitest";
import { TomoError } from "../errors/tomo_error.ts";
import { errorData, errorFromData } from "./error_data.ts";

it("a TomoError comes out of a worker as it went in", () => {
  const cause = new TypeError("no such voxel");
  const where = { case: "a", field: "image", file: "/x.nii", line: 3 };
  const error = new TomoError("TOMO_FILE_DAMAGED", "bad", {
    where,
    given: "1",
    expected: "2",
    hint: "3",
    cause,
  });
  const back = errorFromData(structuredClone(errorData(error)));
  expect(back).toBeInstanceOf(TomoError);
  expect({ ...back, message: back.message }).toEqual({ ...error, message: error.message });
  expect(back.cause).toMatchObject({ name: "TypeError", message: "no such voxel", stack: cause.stack });
});

it("anything else is an internal error", () => {
  expect(errorFromData(errorData("text"))).toMatchObject({ code: "TOMO_INTERNAL", message: "text" });
  const error = errorFromData(errorData(new RangeError("out of range")));
  expect(error).toMatchObject({ code: "TOMO_INTERNAL", message: "out of range" });
  expect(error.cause).toMatchObject({ name: "RangeError" });
});

it("lack of memory in the engine stays what it is", () => {
  const error = new TorchError("TORCH_OUT_OF_MEMORY", "cannot allocate 3 GB", "aten::conv3d");
  expect(errorFromData(errorData(error))).toMatchObject({
    code: "TOMO_OUT_OF_MEMORY",
    message: "aten::conv3d: cannot allocate 3 GB",
  });
});
