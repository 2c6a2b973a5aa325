import {
  kerasConv,
  kerasNorm,
  ownScheme,
  type Scheme,
  type TensorPair,
  torchConv,
  torchNorm,
} from "./scheme.ts";

/** Blocks of the four stages. */
const stages = [3, 4, 6, 3] as const;

/** How a program calls the parts of a ResNet-50; stage and block count from 0, part is 1, 2, 3 or "shortcut". */
interface Names {
  readonly stem: string;
  readonly stemNorm: string;
  readonly conv: (stage: number, block: number, part: Part) => string;
  readonly norm: (stage: number, block: number, part: Part) => string;
}
type Part = 1 | 2 | 3 | "shortcut";

/** AH-Net's encoder; the shortcut is a sequence of convolution 0, pool 1 and norm 2. */
const ours: Names = {
  stem: "conv1",
  stemNorm: "bn0",
  conv: (stage, block, part) =>
    `layer${stage + 1}.${block}.${part === "shortcut" ? "downsample.0" : `conv${part}`}`,
  norm: (stage, block, part) =>
    `layer${stage + 1}.${block}.${part === "shortcut" ? "downsample.2" : `bn${part}`}`,
};

const torchvision: Names = {
  ...ours,
  stemNorm: "bn1",
  norm: (stage, block, part) =>
    part === "shortcut" ? `layer${stage + 1}.${block}.downsample.1` : ours.norm(stage, block, part),
};

/** fchollet/deep-learning-models v0.2: `res2a_branch2b`, shortcut `res2a_branch1`. */
const branch = (stage: number, block: number, part: Part): string =>
  `${stage + 2}${"abcdef"[block]}_branch${part === "shortcut" ? "1" : `2${"abc"[part - 1]}`}`;
const keras2017: Names = {
  stem: "conv1",
  stemNorm: "bn_conv1",
  conv: (...place) => `res${branch(...place)}`,
  norm: (...place) => `bn${branch(...place)}`,
};

/** keras-applications and Keras 3: `conv2_block1_2_conv`, shortcut `conv2_block1_0_conv`. */
const kerasApplications: Names = {
  stem: "conv1_conv",
  stemNorm: "conv1_bn",
  conv: (stage, block, part) => `conv${stage + 2}_block${block + 1}_${part === "shortcut" ? 0 : part}_conv`,
  norm: (stage, block, part) => `conv${stage + 2}_block${block + 1}_${part === "shortcut" ? 0 : part}_bn`,
};

type Conv = (source: string, target: string) => readonly TensorPair[];
type Norm = (source: string, target: string, conv: string) => readonly TensorPair[];

const bodyOf = (names: Names, conv: Conv, norm: Norm): readonly TensorPair[] => [
  ...conv(names.stem, ours.stem),
  ...norm(names.stemNorm, ours.stemNorm, names.stem),
  ...stages.flatMap((blocks, stage) =>
    Array.from({ length: blocks }, (_, block) =>
      ([1, 2, 3, ...(block === 0 ? (["shortcut"] as const) : [])] as const).flatMap((part) => [
        ...conv(names.conv(stage, block, part), ours.conv(stage, block, part)),
        ...norm(
          names.norm(stage, block, part),
          ours.norm(stage, block, part),
          names.conv(stage, block, part),
        ),
      ]),
    ).flat(),
  ),
];

/** The classifier of a ResNet has no place in AH-Net. */
const common = { heads: [], ordered: false };

const tables: readonly Scheme[] = [
  {
    ...common,
    name: "Keras' ResNet50 of 2016/17 (v0.2)",
    framework: "keras",
    epsilon: 1e-3,
    body: bodyOf(keras2017, kerasConv, kerasNorm),
  },
  {
    ...common,
    name: "Keras' ResNet50",
    framework: "keras",
    epsilon: 1.001e-5,
    body: bodyOf(kerasApplications, kerasConv, kerasNorm),
  },
  {
    ...common,
    name: "torchvision's resnet50",
    framework: "torch",
    epsilon: 1e-5,
    body: bodyOf(torchvision, torchConv, torchNorm),
  },
  {
    ...common,
    name: "the encoder of a 2-D AHNet",
    framework: "torch",
    epsilon: 1e-5,
    body: bodyOf(ours, torchConv, torchNorm),
  },
];

/** Files that SegAhnet takes: whole networks of its own kind, or a ResNet-50 for its encoder (models-reference 1.8). */
export const ahnetSchemes = (ownNames: readonly string[]): readonly Scheme[] => [
  ownScheme("MONAI's AHNet, Tomo's own", ownNames, "final."),
  ...tables,
];
