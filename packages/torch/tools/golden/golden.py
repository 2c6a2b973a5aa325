"""Values of PyTorch for the tests of nn and optim. Usage: python golden.py nn > ../../src/nn/golden/layers.json, or
python golden.py optim > ../../src/optim/golden/adam.json. Seeds make the weights; inputs are sines."""

import json
import sys

import torch


def sines(*shape):
    return torch.arange(torch.Size(shape).numel(), dtype=torch.float64).sin().reshape(shape)


def rounded(tensor):
    return [float(f"{value:.12g}") for value in tensor.detach().double().flatten().tolist()]


def layers():
    nn = torch.nn
    makers = {
        "conv1d": (lambda: nn.Conv1d(2, 3, 3, padding=1), (2, 2, 5)),
        "conv2d": (lambda: nn.Conv2d(4, 2, (3, 1), stride=2, groups=2, bias=False), (1, 4, 6, 5)),
        "conv3d": (lambda: nn.Conv3d(2, 3, (3, 2, 1), padding=(1, 0, 0), dilation=(1, 2, 1)), (1, 2, 3, 4, 2)),
        "convTranspose1d": (lambda: nn.ConvTranspose1d(2, 3, 3, stride=2, output_padding=1), (1, 2, 3)),
        "convTranspose2d": (lambda: nn.ConvTranspose2d(2, 3, 2, stride=2), (1, 2, 2, 3)),
        "convTranspose3d": (lambda: nn.ConvTranspose3d(2, 1, 3, stride=2, padding=1, bias=False), (1, 2, 2, 2, 2)),
        "linear": (lambda: nn.Linear(4, 3), (2, 4)),
        "batchNorm": (lambda: nn.BatchNorm3d(2), (2, 2, 2, 2, 2)),
        "groupNorm": (lambda: nn.GroupNorm(2, 4), (2, 4, 3)),
        "instanceNorm": (lambda: nn.InstanceNorm2d(3, affine=True), (2, 3, 2, 2)),
        "maxPool": (lambda: nn.MaxPool2d(3, stride=2, padding=1), (1, 2, 4, 5)),
        "avgPool": (lambda: nn.AvgPool3d(2), (1, 1, 2, 4, 2)),
        "adaptiveAvgPool": (lambda: nn.AdaptiveAvgPool2d(1), (2, 2, 3, 3)),
        "upsampleLinear": (lambda: nn.Upsample(scale_factor=2, mode="trilinear", align_corners=True), (1, 1, 2, 3, 2)),
        "upsampleHalfPixel": (lambda: nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False), (1, 2, 2, 3)),
        "upsampleNearest": (lambda: nn.Upsample(scale_factor=2, mode="nearest"), (1, 2, 3)),
    }
    result = {}
    for name, (make, shape) in makers.items():
        torch.manual_seed(7)
        module = make()
        state = {key: rounded(value) for key, value in module.state_dict().items()}
        module = module.double().train()
        x = sines(*shape).requires_grad_()
        y = module(x)
        (y * sines(*y.shape)).sum().backward()
        result[name] = {
            "shape": list(shape),
            "state": state,
            "output": rounded(y),
            "gradient": rounded(x.grad),
            "after": {key: rounded(value) for key, value in module.state_dict().items()},
        }
    return result


def optim():
    runs = []
    for options in ({}, {"betas": (0.5, 0.9), "eps": 1e-3}):
        w = torch.linspace(-1, 1, 5, dtype=torch.float64).requires_grad_()
        optimizer = torch.optim.Adam([w], lr=0.05, **options)
        path = []
        for step in range(12):
            optimizer.zero_grad()
            ((w - 0.3) ** 4 + (w * (step % 3)).sin()).sum().backward()
            optimizer.step()
            path.append(rounded(w))
        beta1, beta2 = options.get("betas", (0.9, 0.999))
        runs.append({"beta1": beta1, "beta2": beta2, "epsilon": options.get("eps", 1e-8), "path": path})
    return runs


json.dump({"torch": torch.__version__, "values": layers() if sys.argv[1] == "nn" else optim()}, sys.stdout)
