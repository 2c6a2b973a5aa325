"""From the start of Python to the first training step, as a careful MONAI user would write the same job.

AHNet on crops of 32^3 from synthetic CTs: start.py DATA_FOLDER prints "step" after the first step.
"""

import json
import sys
from pathlib import Path

import torch
from monai.data import CacheDataset, DataLoader
from monai.losses import DiceLoss
from monai.networks.nets import AHNet
from monai.transforms import (
    Compose,
    EnsureChannelFirstd,
    LoadImaged,
    RandAxisFlipd,
    RandCropByPosNegLabeld,
    RandRotated,
    RandShiftIntensityd,
    ScaleIntensityRanged,
)

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    keys = ["image", "label"]
    items = json.loads((folder / "dataset_0.json").read_text())["training"]
    files = [{key: str(folder / item[key]) for key in keys} for item in items]
    chain = Compose(
        [
            LoadImaged(keys),
            EnsureChannelFirstd(keys),
            ScaleIntensityRanged("image", -57, 164, 0, 1, clip=True),
            RandCropByPosNegLabeld(keys, "label", (32, 32, 32), pos=1, neg=1, num_samples=3),
            RandAxisFlipd(keys, prob=0.5),
            RandRotated(keys, range_x=0.1, range_y=0.1, range_z=0.1, prob=0.5, mode=("bilinear", "nearest")),
            RandShiftIntensityd("image", 0.1, prob=0.5),
        ]
    )
    loader = DataLoader(CacheDataset(files, chain, progress=False), batch_size=1, shuffle=True, num_workers=2)
    network = AHNet(spatial_dims=3, in_channels=1, out_channels=2, psp_block_num=0, upsample_mode="transpose")
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
    criterion = DiceLoss(to_onehot_y=True, softmax=True)
    for batch in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(network(batch["image"]), batch["label"])
        loss.backward()
        optimizer.step()
        print(f"step {loss.item():.4f}", flush=True)
        break
