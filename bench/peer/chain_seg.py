"""The training chain of examples/segmentation_ct_spleen as a careful MONAI user would write it.

chain_seg.py cached|cold WORKERS DATALIST EPOCHS. Answers each line on stdin with the milliseconds that EPOCHS epochs
take, from asking for the first batch to having the last. One case gives one batch of three patches, as in the config.
Cached: CacheDataset with the deterministic prefix, the indices of foreground and background among it, and plain tensors
without their metadata, as MONAI's guide to fast training does it. Volumes smaller than a patch are padded after the crop:
with whole volumes padded before, a batch takes twice the time, and the cache twice the memory.
"""

import json
import sys
import time
from pathlib import Path

from monai.data import CacheDataset, DataLoader, Dataset
from monai.transforms import (
    Compose,
    EnsureChannelFirstd,
    EnsureTyped,
    FgBgToIndicesd,
    LoadImaged,
    RandCropByPosNegLabeld,
    RandFlipd,
    RandRotate90d,
    RandShiftIntensityd,
    ScaleIntensityRanged,
    SpatialPadd,
)
from monai.utils import set_determinism

KEYS = ("image", "label")
PATCH, PATCHES, CACHED_CASES = (96, 96, 96), 3, 20


def transforms(cached: bool) -> Compose:
    indices = {"fg_indices_key": "label_fg_indices", "bg_indices_key": "label_bg_indices"} if cached else {}
    crop = RandCropByPosNegLabeld(
        KEYS, "label", PATCH, pos=1, neg=1, num_samples=PATCHES, allow_smaller=True, **indices
    )
    return Compose(
        [
            LoadImaged(KEYS, reader="NibabelReader"),
            EnsureChannelFirstd(KEYS),
            ScaleIntensityRanged("image", a_min=-57, a_max=164, b_min=0, b_max=1, clip=True),
            *([FgBgToIndicesd("label")] if cached else []),
            EnsureTyped(KEYS, track_meta=False),
            crop,
            SpatialPadd(KEYS, PATCH),
            RandFlipd(KEYS, prob=0.0, spatial_axis=0),
            RandRotate90d(KEYS, prob=0.0),
            RandShiftIntensityd("image", offsets=0.1, prob=1.0),
        ]
    )


def loader(mode: str, workers: int, datalist: Path) -> DataLoader:
    items = json.loads(datalist.read_text())["training"]
    chain = transforms(mode == "cached")
    dataset = (
        CacheDataset(items, chain, cache_num=CACHED_CASES, num_workers=2, progress=False)
        if mode == "cached"
        else Dataset(items, chain)
    )
    return DataLoader(dataset, batch_size=1, shuffle=True, num_workers=workers, persistent_workers=True)


def main() -> None:
    mode, workers, datalist, epochs = sys.argv[1:]
    set_determinism(1)
    batches = loader(mode, int(workers), Path(datalist))
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(epochs)):
            for batch in batches:
                assert batch["image"].shape == (PATCHES, 1, *PATCH)
        print(f"{(time.perf_counter() - start) * 1e3:.3f}", flush=True)


if __name__ == "__main__":
    main()
