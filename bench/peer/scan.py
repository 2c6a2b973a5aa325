"""Scan-window inference of a random volume with MONAI's AHNet, as a careful MONAI user would write it.

Answers each line on stdin with milliseconds, resident MiB before and at the peak, and milliseconds of all processors.
Modes: default (fp32, as it comes) and tuned (bf16 autocast, channels_last_3d). scan.py MODE D,H,W ROI THREADS DEVICE
"""

import re
import sys
import time
from pathlib import Path

import torch
from monai.inferers import sliding_window_inference
from monai.networks.nets import AHNet

mode, roi, threads = sys.argv[1], int(sys.argv[3]), int(sys.argv[4])
device = sys.argv[5]
size = [int(length) for length in sys.argv[2].split(",")]
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
torch.manual_seed(0)
tuned = mode == "tuned"
layout = torch.channels_last_3d if tuned else torch.contiguous_format
network = AHNet(spatial_dims=3, in_channels=1, out_channels=2, psp_block_num=0, upsample_mode="transpose").to(device, memory_format=layout).eval()
image = torch.rand(1, 1, *size)


def resident(key: str) -> int:
    return round(int(re.search(rf"^{key}:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.M)[1]) / 1024)


def predict(windows: torch.Tensor) -> torch.Tensor:
    with torch.autocast(device, dtype=torch.bfloat16, enabled=tuned):
        return network(windows.to(memory_format=layout)).float()


def run() -> float:
    start = time.perf_counter()
    with torch.inference_mode():
        output = sliding_window_inference(image.to(device), [roi] * 3, 1, predict, overlap=0.25, mode="constant")
        labels = torch.softmax(output, 1).argmax(1, keepdim=True).to(torch.uint8).cpu()
    assert list(labels.shape[2:]) == size
    return (time.perf_counter() - start) * 1e3


print("ready", flush=True)
for _ in sys.stdin:
    Path("/proc/self/clear_refs").write_text("5")
    before = resident("VmRSS")
    used = time.process_time()
    print(f"{run():.3f} {before} {resident('VmHWM')} {(time.process_time() - used) * 1e3:.0f}", flush=True)
