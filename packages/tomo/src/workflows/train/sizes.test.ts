import { describe, expect, it } from "vitest";
import type { Network } from "../../components/contracts.ts";
import type { PipelineSettings } from "../../components/image_pipelines/settings.ts";
import type { ComponentSpec } from "../../config/component_spec.ts";
import { TomoErrors } from "../../errors/tomo_error.ts";
import { batchOf, checkSizes, type SizeQuestion } from "./sizes.ts";

const spec = (name: string, args: object) =>
  ({ kind: "transforms", name, args, where: {} }) as ComponentSpec<"transforms">;
const settings = (batchedByTransforms: boolean, batchSize: number) =>
  ({ batchedByTransforms, batchSize }) as PipelineSettings;

describe("batchOf", () => {
  it.each([
    [true, 0, [spec("Crop", { batch_size: 3 })], 3],
    [true, 9, [], 1],
    [false, 4, [], 4],
    [false, 4, [spec("Flip", {}), spec("Crop", { batch_size: 3 })], 12],
  ] as const)("batched_by_transforms %s, output_batch_size %i", (batched, size, transforms, expected) => {
    expect(batchOf(settings(batched, size), transforms)).toBe(expected);
  });
});

describe("checkSizes", () => {
  const network = {
    checkSize: (size: readonly number[], { training, batch }: { training: boolean; batch: number }) =>
      size[0] === 5 ? { reason: `axis 0 is 5 (${training}, ${batch})`, nearest: [4, 8] } : null,
  } as unknown as Network;
  const question = (name: string, size: readonly number[] | null): SizeQuestion => ({
    name,
    size,
    training: true,
    batch: 2,
    where: { configPath: name },
  });

  it("throws all faults together, each with its place and the nearest size", () => {
    const questions = [
      question("crop", [5, 8]),
      question("whole", null),
      question("fine", [4, 8]),
      question("roi", [5, 4]),
    ];
    try {
      checkSizes(network, "SegResnet", questions);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(TomoErrors);
      expect((error as TomoErrors).errors.map(({ message }) => message)).toEqual([
        "SegResnet cannot take crop [5, 8]: axis 0 is 5 (true, 2)",
        "SegResnet cannot take roi [5, 4]: axis 0 is 5 (true, 2)",
      ]);
      expect((error as TomoErrors).errors[0]).toMatchObject({
        code: "TOMO_NETWORK_SIZE",
        expected: "for example [4, 8]",
        where: { configPath: "crop" },
      });
    }
  });
});
