/** How one tensor of a network is made from one of a file. */
export interface TensorPair {
  /** Name in the file. */
  readonly source: string;
  /** Name in the network. */
  readonly target: string;
  /**
   * kernel: of a convolution. dense: of a fully connected layer. mean: of a norm; the bias of the convolution before it
   * is taken off. variance: of a norm; the difference of the epsilons is added. plain: as it is.
   */
  readonly kind: "kernel" | "dense" | "mean" | "variance" | "plain";
  /** For a mean: name in the file of the bias of the convolution before the norm; many files have none. */
  readonly bias?: string;
}

/** The names that one program gives to the tensors of a network, as pairs with ours: a table, no code. */
export interface Scheme {
  /** For messages, for example "torchvision's DenseNet-121". */
  readonly name: string;
  readonly framework: "keras" | "torch";
  /** Of the norms in the file's network. */
  readonly epsilon: number;
  /** All must be in the file. Convolutions and norms stand in the order in which Keras lists layers. */
  readonly body: readonly TensorPair[];
  /** The last layer, under the names that it may have; it is loaded where the number of outputs is the same. */
  readonly heads: readonly (readonly TensorPair[])[];
  /** Whether kernels and norms can be told by their order alone, where a file has other names. */
  readonly ordered: boolean;
}

export const kerasConv = (source: string, target: string): readonly TensorPair[] => [
  { source: `${source}/kernel`, target: `${target}.weight`, kind: "kernel" },
];

/** @param conv the convolution before the norm, whose bias the norm can take over */
export const kerasNorm = (source: string, target: string, conv?: string): readonly TensorPair[] => [
  { source: `${source}/gamma`, target: `${target}.weight`, kind: "plain" },
  { source: `${source}/beta`, target: `${target}.bias`, kind: "plain" },
  {
    source: `${source}/moving_mean`,
    target: `${target}.running_mean`,
    kind: "mean",
    bias: conv && `${conv}/bias`,
  },
  { source: `${source}/moving_variance`, target: `${target}.running_var`, kind: "variance" },
];

export const kerasDense = (source: string, target: string): readonly TensorPair[] => [
  { source: `${source}/kernel`, target: `${target}.weight`, kind: "dense" },
  { source: `${source}/bias`, target: `${target}.bias`, kind: "plain" },
];

export const torchConv = (source: string, target: string): readonly TensorPair[] => [
  { source: `${source}.weight`, target: `${target}.weight`, kind: "kernel" },
];

export const torchNorm = (source: string, target: string): readonly TensorPair[] => [
  { source: `${source}.weight`, target: `${target}.weight`, kind: "plain" },
  { source: `${source}.bias`, target: `${target}.bias`, kind: "plain" },
  { source: `${source}.running_mean`, target: `${target}.running_mean`, kind: "mean" },
  { source: `${source}.running_var`, target: `${target}.running_var`, kind: "variance" },
];

export const torchDense = (source: string, target: string): readonly TensorPair[] => [
  { source: `${source}.weight`, target: `${target}.weight`, kind: "dense" },
  { source: `${source}.bias`, target: `${target}.bias`, kind: "plain" },
];

/**
 * The network's own names, which MONAI's network and our checkpoints have.
 * @param head how the names of the last layer begin
 */
export function ownScheme(name: string, names: readonly string[], head: string): Scheme {
  const pairs = names
    // not part of what a network computes, and missing in old files
    .filter((tensor) => !tensor.endsWith("num_batches_tracked"))
    .map((tensor): TensorPair => ({ source: tensor, target: tensor, kind: ownKind(tensor) }));
  const isHead = ({ target }: TensorPair): boolean => target.startsWith(head);
  return {
    name,
    framework: "torch",
    epsilon: 1e-5,
    body: pairs.filter((pair) => !isHead(pair)),
    heads: [pairs.filter(isHead)],
    ordered: false,
  };
}

const ownKind = (name: string): TensorPair["kind"] => {
  if (name.endsWith("running_mean")) return "mean";
  if (name.endsWith("running_var")) return "variance";
  return /conv\d?\.weight$|conv0\.weight$/.test(name) ? "kernel" : "plain";
};
