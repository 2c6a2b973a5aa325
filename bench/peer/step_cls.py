"""One training step of MONAI's DenseNet121 on random RGB films, as a careful PyTorch user would write it.

Answers each line on stdin with the milliseconds of one step. Modes: default (fp32, as PyTorch does it out of the box)
and tuned (bf16 autocast, channels_last, fused Adam; the row sets its allocator's environment).
"""

import sys
import time

import torch
from monai.networks.nets import DenseNet121

mode, size, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
device = sys.argv[5]
torch.set_num_threads(threads)
torch.manual_seed(0)
tuned = mode == "tuned"
layout = torch.channels_last if tuned else torch.contiguous_format
network = DenseNet121(spatial_dims=2, in_channels=3, out_channels=15).to(device, memory_format=layout)
optimizer = torch.optim.Adam(network.parameters(), lr=2e-4, fused=tuned)
criterion = torch.nn.BCEWithLogitsLoss()
image = torch.rand(batch, 3, size, size).to(device, memory_format=layout)
label = (torch.rand(batch, 15) > 0.5).float().to(device)


def step() -> float:
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(device, dtype=torch.bfloat16, enabled=tuned):
        logits = network(image)
    loss = criterion(logits.float(), label)
    loss.backward()
    optimizer.step()
    loss.item()
    return (time.perf_counter() - start) * 1e3


print("ready", flush=True)
for _ in sys.stdin:
    print(f"{step():.3f}", flush=True)
