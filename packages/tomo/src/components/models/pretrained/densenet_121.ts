import {
  kerasConv,
  kerasDense,
  kerasNorm,
  ownScheme,
  type Scheme,
  type TensorPair,
  torchConv,
  torchDense,
  torchNorm,
} from "./scheme.ts";

/** Layers of the four dense blocks. */
const blocks = [6, 12, 24, 16] as const;
const classifier = "class_layers.out";

/** How a program calls the parts of a DenseNet-121; block and layer count from 1. */
interface Names {
  readonly stem: string;
  readonly stemNorm: string;
  readonly norm1: (block: number, layer: number) => string;
  readonly conv1: (block: number, layer: number) => string;
  readonly norm2: (block: number, layer: number) => string;
  readonly conv2: (block: number, layer: number) => string;
  readonly transitionNorm: (block: number) => string;
  readonly transitionConv: (block: number) => string;
  readonly lastNorm: string;
}

const keras: Names = {
  stem: "conv1/conv",
  stemNorm: "conv1/bn",
  norm1: (block, layer) => `conv${block + 1}_block${layer}_0_bn`,
  conv1: (block, layer) => `conv${block + 1}_block${layer}_1_conv`,
  norm2: (block, layer) => `conv${block + 1}_block${layer}_1_bn`,
  conv2: (block, layer) => `conv${block + 1}_block${layer}_2_conv`,
  transitionNorm: (block) => `pool${block + 1}_bn`,
  transitionConv: (block) => `pool${block + 1}_conv`,
  lastNorm: "bn",
};

const torchNames = (inLayer: { readonly [K in "norm1" | "conv1" | "norm2" | "conv2"]: string }): Names => {
  const part = (name: string) => (block: number, layer: number) =>
    `features.denseblock${block}.denselayer${layer}.${name}`;
  return {
    stem: "features.conv0",
    stemNorm: "features.norm0",
    norm1: part(inLayer.norm1),
    conv1: part(inLayer.conv1),
    norm2: part(inLayer.norm2),
    conv2: part(inLayer.conv2),
    transitionNorm: (block) => `features.transition${block}.norm`,
    transitionConv: (block) => `features.transition${block}.conv`,
    lastNorm: "features.norm5",
  };
};

const ours = torchNames({
  norm1: "layers.norm1",
  conv1: "layers.conv1",
  norm2: "layers.norm2",
  conv2: "layers.conv2",
});
const torchvision = torchNames({ norm1: "norm1", conv1: "conv1", norm2: "norm2", conv2: "conv2" });
const oldTorchvision = torchNames({ norm1: "norm.1", conv1: "conv.1", norm2: "norm.2", conv2: "conv.2" });

type Pairs = (source: string, target: string) => readonly TensorPair[];

function bodyOf(names: Names, conv: Pairs, norm: Pairs): readonly TensorPair[] {
  const layer = (block: number, i: number) => [
    ...norm(names.norm1(block, i), ours.norm1(block, i)),
    ...conv(names.conv1(block, i), ours.conv1(block, i)),
    ...norm(names.norm2(block, i), ours.norm2(block, i)),
    ...conv(names.conv2(block, i), ours.conv2(block, i)),
  ];
  const transition = (block: number) => [
    ...norm(names.transitionNorm(block), ours.transitionNorm(block)),
    ...conv(names.transitionConv(block), ours.transitionConv(block)),
  ];
  return [
    ...conv(names.stem, ours.stem),
    ...norm(names.stemNorm, ours.stemNorm),
    ...blocks.flatMap((layers, b) => [
      ...Array.from({ length: layers }, (_, i) => layer(b + 1, i + 1)).flat(),
      ...(b + 1 < blocks.length ? transition(b + 1) : []),
    ]),
    ...norm(names.lastNorm, ours.lastNorm),
  ];
}

const torchHeads = ["classifier", "classifier.0", "classifier.1"].map((name) => torchDense(name, classifier));

const tables: readonly Scheme[] = [
  {
    name: "Keras' DenseNet121",
    framework: "keras",
    epsilon: 1.001e-5,
    body: bodyOf(keras, kerasConv, kerasNorm),
    heads: ["fc1000", "predictions", "fc", "dense"].map((name) => kerasDense(name, classifier)),
    ordered: true,
  },
  {
    name: "torchvision's densenet121",
    framework: "torch",
    epsilon: 1e-5,
    body: bodyOf(torchvision, torchConv, torchNorm),
    heads: torchHeads,
    ordered: false,
  },
  {
    name: "torchvision's densenet121 of 2017",
    framework: "torch",
    epsilon: 1e-5,
    body: bodyOf(oldTorchvision, torchConv, torchNorm),
    heads: torchHeads,
    ordered: false,
  },
];

/** Files that DenseNet121 takes (models-reference section 2.6). */
export const densenet121Schemes = (ownNames: readonly string[]): readonly Scheme[] => [
  ownScheme("MONAI's DenseNet121, Tomo's own", ownNames, classifier),
  ...tables,
];
