"""Losses of 20 training steps of MONAI's networks in float64, for src/components/models/trajectory.test.ts.

Usage: python trajectories.py > ../../src/components/models/golden/trajectories.json   (torch, monai)

Weights, inputs and labels come from the formula u(n, i) of the conformance vectors, so that nothing but the losses
has to be stored: batch s is u(n, 1000 + s). Segmentation: its label is 1 where that is above 0.1; Clara's Dice on the
softmax. Classification: three binary labels, 1 where u(n, 2000 + s) is above 0; cross-entropy of the logits.

AHNet's rate is small on purpose. With 1e-4 its training on this size is chaotic (batch norm over four values at the
deepest level): MONAI's own losses move by 1e-5 within 6 steps when all weights are changed by 1e-15; with 3e-6 by 1e-13
within 20.
"""

import json
import math

import monai
import numpy as np
import torch
from monai.networks.nets import AHNet, DenseNet121, SegResNet

STEPS = 20


def u(count: int, i: int) -> torch.Tensor:
    n = np.arange(count, dtype=np.int64)
    return torch.from_numpy(((31 * n * n + 7919 * n + 104729 * i) % 10007) / 10007 - 0.5)


def fill(network: torch.nn.Module) -> None:
    for i, (name, tensor) in enumerate(network.state_dict().items()):
        if tensor.dtype == torch.int64:
            continue
        value = u(tensor.numel(), i)
        if name.endswith("running_var"):
            value = 1 + 0.5 * value
        elif name.endswith("running_mean"):
            value = 0.2 * value
        elif tensor.ndim >= 2:
            value = value * math.sqrt(24 / (tensor.numel() / tensor.shape[0]))
        elif name.endswith("weight"):
            value = 1 + 0.2 * value
        else:
            value = 0.1 * value
        tensor.copy_(value.reshape(tensor.shape))


def dice(logits: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    p = torch.softmax(logits, 1)
    t = torch.cat([label == 0, label == 1], 1).to(p.dtype)
    axes = tuple(range(2, p.ndim))
    overlap, mass = (t * p).sum(axes), t.sum(axes) + p.sum(axes)
    return 1 - (2 * overlap / (mass + 1e-5)).mean()


def segmentation_loss(network, image, step, dtype):
    return dice(network(image.to(dtype)), (image > 0.1).long())


def classification_loss(network, image, step, dtype):
    logits = network(image.to(dtype))
    label = (u(logits.numel(), 2000 + step).reshape(logits.shape) > 0).to(dtype)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, label)


class TensorflowAdam:
    """TensorFlow 1: epsilon outside the bias correction."""

    def __init__(self, parameters, rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.state = [(p, torch.zeros_like(p), torch.zeros_like(p)) for p in parameters]
        self.rate, self.beta1, self.beta2, self.epsilon, self.t = rate, beta1, beta2, epsilon, 0

    @torch.no_grad()
    def step(self):
        self.t += 1
        rate = self.rate * math.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for p, m, v in self.state:
            m.mul_(self.beta1).add_(p.grad, alpha=1 - self.beta1)
            v.mul_(self.beta2).add_(p.grad**2, alpha=1 - self.beta2)
            p.sub_(rate * m / (v.sqrt() + self.epsilon))


def losses(network, loss_of, shape, optimizer, rate, dtype):
    network = network.double().train()
    fill(network)
    network = network.to(dtype)
    make = TensorflowAdam if optimizer == "tensorflow" else torch.optim.Adam
    update = make(network.parameters(), rate)
    result = []
    for step in range(STEPS):
        image = u(math.prod(shape), 1000 + step).reshape(shape)
        loss = loss_of(network, image, step, dtype)
        network.zero_grad()
        loss.backward()
        update.step()
        result.append(loss.item())
    return result


def trajectory(network, loss_of, shape, optimizer, rate):
    exact = losses(network, loss_of, shape, optimizer, rate, torch.float64)
    single = losses(network, loss_of, shape, optimizer, rate, torch.float32)
    deviation = max(abs(a - b) for a, b in zip(exact, single))
    return {"shape": shape, "optimizer": optimizer, "rate": rate, "losses": exact, "float32Deviation": deviation}


ahnet = AHNet(spatial_dims=3, in_channels=1, out_channels=2, psp_block_num=0, upsample_mode="transpose")
segresnet = SegResNet(spatial_dims=3, init_filters=8, in_channels=1, out_channels=2)
densenet = DenseNet121(spatial_dims=2, in_channels=3, out_channels=3)
golden = {
    "made by": f"tools/golden/trajectories.py, torch {torch.__version__}, monai {monai.__version__}, float64",
    "SegAhnet": trajectory(ahnet, segmentation_loss, [1, 1, 64, 64, 32], "tensorflow", 3e-6),
    "SegResnet": trajectory(segresnet, segmentation_loss, [2, 1, 24, 16, 16], "torch", 1e-3),
    "DenseNet121": trajectory(densenet, classification_loss, [4, 3, 64, 64], "torch", 1e-5),
}
print(json.dumps(golden, indent=1))
