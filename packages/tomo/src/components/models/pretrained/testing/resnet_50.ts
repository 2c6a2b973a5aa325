import { ops, type StateDict, scope, type Tensor } from "@tomo/torch";

/**
 * ResNet-50 in evaluation, from the tensors of a 2-D AH-Net's encoder: [1, C, H, W] to [1, 2048], the means of the last
 * maps.
 * @param strided the convolution of a block that has the stride: conv1 in Keras, conv2 in torchvision
 */
export function resnet50Features(state: StateDict, image: Tensor, strided: "conv1" | "conv2"): Tensor {
  const conv = (input: Tensor, name: string, stride: number, padding: number): Tensor =>
    ops.conv2d(input, state[`${name}.weight`]!, { stride, padding });
  const norm = (input: Tensor, name: string): Tensor => {
    const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
      (tensor) => state[`${name}.${tensor}`]!,
    ) as [Tensor, Tensor, Tensor, Tensor];
    return ops.batchNorm(input, weight, bias, mean, variance, false, 0, 1e-5, false);
  };
  const block = (input: Tensor, name: string, stride: number, reshapes: boolean): Tensor =>
    scope(() => {
      const strides = strided === "conv1" ? [stride, 1] : [1, stride];
      const narrow = ops.relu(norm(conv(input, `${name}.conv1`, strides[0]!, 0), `${name}.bn1`));
      const inPlane = ops.relu(norm(conv(narrow, `${name}.conv2`, strides[1]!, 1), `${name}.bn2`));
      const wide = norm(conv(inPlane, `${name}.conv3`, 1, 0), `${name}.bn3`);
      const shortcut = reshapes
        ? norm(conv(input, `${name}.downsample.0`, stride, 0), `${name}.downsample.2`)
        : input;
      return ops.relu(ops.add(wide, shortcut));
    });
  return scope(() => {
    const stem = ops.relu(norm(conv(image, "conv1", 2, 3), "bn0"));
    let maps = ops.maxPool2d(stem, 3, { stride: 2, padding: 1 });
    for (const [stage, blocks] of [3, 4, 6, 3].entries())
      for (let i = 0; i < blocks; i++)
        maps = block(maps, `layer${stage + 1}.${i}`, stage > 0 && i === 0 ? 2 : 1, i === 0);
    return ops.meanDim(maps, [2, 3]);
  });
}
