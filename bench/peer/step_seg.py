"""One training step of MONAI's AHNet on a random 96^3 patch, as a careful PyTorch user would write it.

Answers each line on stdin with the milliseconds of one step. Modes: default (fp32, as PyTorch does it out of the box)
and tuned (bf16 autocast, channels_last_3d, fused Adam).
"""

import sys
import time

import torch
from monai.losses import DiceLoss
from monai.networks.nets import AHNet

mode, size, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
device = sys.argv[5]
torch.set_num_threads(threads)
torch.manual_seed(0)
tuned = mode == "tuned"
layout = torch.channels_last_3d if tuned else torch.contiguous_format
network = AHNet(spatial_dims=3, in_channels=1, out_channels=2, psp_block_num=0, upsample_mode="transpose").to(device, memory_format=layout)
optimizer = torch.optim.Adam(network.parameters(), lr=1e-4, fused=tuned)
criterion = DiceLoss(to_onehot_y=True, softmax=True)
image = torch.rand(batch, 1, size, size, size).to(device, memory_format=layout)
label = (torch.rand(batch, 1, size, size, size) > 0.5).float().to(device)


def step() -> float:
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(device, dtype=torch.bfloat16, enabled=tuned):
        loss = criterion(network(image).float(), label)
    loss.backward()
    optimizer.step()
    loss.item()
    return (time.perf_counter() - start) * 1e3


print("ready", flush=True)
for _ in sys.stdin:
    print(f"{step():.3f}", flush=True)
