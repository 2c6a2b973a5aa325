"""Writes sliding_window.json: outputs of MONAI's sliding_window_inference (overlap 0.25, constant blending).

Run with an environment that has monai: python sliding_window.py > sliding_window.json
"""

import json

import torch
from monai.inferers import sliding_window_inference

CASES = [
    {"name": "1-D overlap in 3-D, one window a call", "size": [11, 6, 5], "roi": [4, 6, 5], "batch": 1},
    {"name": "three axes, batches with a remainder", "size": [9, 7, 6], "roi": [4, 4, 4], "batch": 3},
    {"name": "smaller than the window on two axes, odd padding", "size": [3, 10, 4], "roi": [6, 4, 5], "batch": 2},
    {"name": "2-D, step of floor(0.75 * 7) = 5", "size": [16, 13], "roi": [7, 7], "batch": 4},
    {"name": "window of one voxel", "size": [3, 2], "roi": [1, 1], "batch": 2},
    {"name": "exact fit", "size": [4, 8], "roi": [4, 8], "batch": 1},
]


def network(windows):
    """Depends on the place in the window, so that blending shows; two output channels."""
    ramp = torch.arange(windows[0, 0].numel(), dtype=windows.dtype).reshape(windows.shape[2:]) / 10
    first = windows[:, :1] * (1 + ramp)
    second = windows[:, 1:] + windows.mean(dim=tuple(range(1, windows.dim())), keepdim=True) * ramp.square()
    return torch.cat([first, second], dim=1)


def main():
    rows = []
    for case in CASES:
        count = 2
        for length in case["size"]:
            count *= length
        image = torch.sin(torch.arange(count, dtype=torch.float64) * 0.7).reshape(1, 2, *case["size"])
        output = sliding_window_inference(image, case["roi"], case["batch"], network, overlap=0.25, mode="constant")
        rows.append({**case, "output": [round(value, 10) for value in output.flatten().tolist()]})
    print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")


main()
