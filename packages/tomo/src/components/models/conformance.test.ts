import { backward, type Layer, noGrad, ops, scope, setThreads } from "@tomo/torch";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { fillByFormula, formulaTensor } from "../../testing/formula_weights.ts";
import { Ahnet } from "./ahnet/ahnet.ts";
import { DenseNet } from "./densenet/densenet.ts";
import { SegResnetModule } from "./seg_resnet/seg_resnet.ts";

// Values of MONAI's networks in float64, models-reference section 8: 9 decimals were printed.
interface Row {
  readonly name: string;
  readonly make: () => Layer;
  readonly input: readonly number[];
  readonly entries: number;
  readonly parameters: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly at: readonly (readonly [number, number])[];
  readonly loss: number;
  readonly gradient: number;
  readonly first: number;
  /** Sums over the channels of the first norm's running mean and variance after one step. */
  readonly running?: { readonly norm: string; readonly mean: number; readonly variance: number };
}

const ahnet = (pspPools: number, upsampleMode: "transpose" | "linear") => (): Layer =>
  new Ahnet({ axes: 3, inChannels: 1, outChannels: 2, pspPools, upsampleMode, throughPlane: 2 });
const segResnet = (axes: 2 | 3, filters: number, inChannels: number) => (): Layer =>
  new SegResnetModule({
    axes,
    inChannels,
    outChannels: 2,
    filters,
    blocksDown: [1, 2, 2, 4],
    blocksUp: [1, 1, 1],
    norm: { groups: 8 },
    dropout: 0,
  });
const denseNet = (axes: 2 | 3, inChannels: number, outChannels: number) => (): Layer =>
  new DenseNet({ axes, inChannels, outChannels });

const rows: readonly Row[] = [
  {
    name: "AHNet, transposed convolutions",
    make: ahnet(0, "transpose"),
    input: [1, 1, 64, 64, 32],
    entries: 719,
    parameters: 38128920,
    mean: -2.237381001,
    std: 25.565126746,
    min: -124.510941248,
    max: 103.21799737,
    at: [
      [0, -1.255957929],
      [1, -2.552761551],
      [87381, 40.451601692],
      [131072, 1.760043575],
      [262143, -16.664581995],
    ],
    loss: 0.337265217,
    gradient: 5.455915623,
    first: 2.802754826,
    running: { norm: "bn0", mean: 1.609623587, variance: 58.232424641 },
  },
  {
    name: "AHNet, two pyramid pools",
    make: ahnet(2, "transpose"),
    input: [1, 1, 64, 64, 32],
    entries: 727,
    parameters: 38129532,
    mean: -3.416899037,
    std: 19.651057802,
    min: -108.391263096,
    max: 93.709572295,
    at: [
      [0, -0.733815575],
      [1, 0.130198017],
      [87381, 10.7587645],
      [131072, 0.582515619],
      [262143, -1.282061033],
    ],
    loss: 0.248104601,
    gradient: 4.215305845,
    first: 2.139927686,
    running: { norm: "bn0", mean: 1.609623587, variance: 58.232424641 },
  },
  {
    name: "AHNet, interpolation",
    make: ahnet(0, "linear"),
    input: [1, 1, 64, 64, 32],
    entries: 714,
    parameters: 27086072,
    mean: 450.206936839,
    std: 174.462178514,
    min: -174.396733217,
    max: 973.83246007,
    at: [
      [0, 221.275097855],
      [1, 213.906245904],
      [87381, 585.35247242],
      [131072, 160.888695486],
      [262143, 135.000874519],
    ],
    loss: 0.471846206,
    gradient: 41.236599643,
    first: 26.077718834,
    running: { norm: "bn0", mean: 1.609623587, variance: 58.232424641 },
  },
  {
    name: "SegResNet 3-D",
    make: segResnet(3, 8, 1),
    input: [1, 1, 64, 48, 32],
    entries: 83,
    parameters: 1176186,
    mean: 0.104034219,
    std: 0.760090319,
    min: -3.972464301,
    max: 3.295822375,
    at: [
      [0, -0.165379718],
      [1, -0.284307627],
      [65536, 0.998358044],
      [98304, 0.00352783],
      [196607, -3.24882463],
    ],
    loss: 0.588560412,
    gradient: 3.642623739,
    first: 0.357024674,
  },
  {
    name: "SegResNet 2-D",
    make: segResnet(2, 16, 3),
    input: [2, 3, 64, 64],
    entries: 83,
    parameters: 1576690,
    mean: -0.140209284,
    std: 0.662128659,
    min: -3.14738828,
    max: 2.229885816,
    at: [
      [0, -1.094198399],
      [1, -0.994352685],
      [5461, -1.476567761],
      [8192, -0.861801063],
      [16383, 0.320778728],
    ],
    loss: 0.458073004,
    gradient: 4.705604162,
    first: 0.331609224,
  },
  {
    name: "DenseNet121 2-D",
    make: denseNet(2, 3, 15),
    input: [2, 3, 64, 64],
    entries: 727,
    parameters: 6969231,
    mean: -0.011197854,
    std: 0.544107181,
    min: -1.016597391,
    max: 1.408177426,
    at: [
      [0, 1.408177426],
      [1, 0.080298706],
      [10, 0.183972597],
      [15, 1.364259697],
      [29, -0.143227499],
    ],
    loss: 0.231687156,
    gradient: 30.152205366,
    first: 13.174134306,
    running: { norm: "features.norm0", mean: 0.203228576, variance: 58.563639468 },
  },
  {
    name: "DenseNet121 3-D",
    make: denseNet(3, 1, 2),
    input: [2, 1, 64, 64, 32],
    entries: 727,
    parameters: 11244674,
    mean: 0.226791468,
    std: 0.186499355,
    min: 0.037102155,
    max: 0.413804165,
    at: [
      [0, 0.413804165],
      [1, 0.04351034],
      [2, 0.412749211],
      [3, 0.037102155],
    ],
    loss: 0.491149993,
    gradient: 172.041518807,
    first: 74.841833114,
    running: { norm: "features.norm0", mean: 0.207202677, variance: 58.503786165 },
  },
];

const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

describe.each(rows)("$name against MONAI's values", (row) => {
  let module: Layer;
  beforeAll(() => {
    setThreads(1);
    module = row.make().to({ dtype: "float64" });
    fillByFormula(module);
  });
  afterEach(() => module.zeroGrad());

  it("has as many tensors and parameters", () => {
    expect(Object.keys(module.stateDict())).toHaveLength(row.entries);
    expect(module.parameters().reduce((sum, parameter) => sum + parameter.numel, 0)).toBe(row.parameters);
  });

  it("gives the same output in evaluation", () => {
    module.eval();
    const output = scope(() =>
      noGrad(() => module.forward(formulaTensor(row.input, 0)).toTypedArray<Float64Array>()),
    );
    const mean = output.reduce((sum, value) => sum + value, 0) / output.length;
    const variance = output.reduce((sum, value) => sum + (value - mean) ** 2, 0) / output.length;
    expect(mean).toBeCloseTo(row.mean, 8);
    expect(Math.sqrt(variance)).toBeCloseTo(row.std, 8);
    expect(output.reduce((a, b) => Math.min(a, b))).toBeCloseTo(row.min, 8);
    expect(output.reduce((a, b) => Math.max(a, b))).toBeCloseTo(row.max, 8);
    for (const [index, value] of row.at) expect(output[index]).toBeCloseTo(value, 8);
  });

  it("gives the same loss, gradients and running statistics in training", () => {
    module.train();
    const loss = scope(() => {
      const mean = scope(() => ops.mean(ops.square(module.forward(formulaTensor(row.input, 0)))));
      backward(mean);
      return mean.item();
    });
    const norms = scope(() => module.parameters().map((p) => ops.sum(ops.square(p.grad!)).item() ** 0.5));
    expect(loss).toBeCloseTo(row.loss, 8);
    expect(norm(norms)).toBeCloseTo(row.gradient, 7);
    expect(norms[0]).toBeCloseTo(row.first, 7);
    if (row.running) {
      const state = module.stateDict();
      const { norm: name, mean, variance } = row.running;
      expect(scope(() => ops.sum(state[`${name}.running_mean`]!).item())).toBeCloseTo(mean, 8);
      expect(scope(() => ops.sum(state[`${name}.running_var`]!).item())).toBeCloseTo(variance, 8);
      expect(state[`${name}.num_batches_tracked`]!.item()).toBe(1);
    }
  });
});
