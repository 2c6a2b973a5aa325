"""Files to float32 arrays: load.py nibabel|"nibabel in C order"|Pillow FILES.json ROUNDS.

Answers each line on stdin with the milliseconds of CPU time that reading every file ROUNDS times took.
"""

import json
import sys
import time
from pathlib import Path

import nibabel
import numpy as np
from PIL import Image


def of_nibabel(path: str) -> np.ndarray:
    """Scaled voxels, Fortran order as in the file."""
    return nibabel.load(path).get_fdata(dtype=np.float32, caching="unchanged")


def of_nibabel_in_c_order(path: str) -> np.ndarray:
    """As a tensor needs them: MONAI's and our loader's order."""
    return np.ascontiguousarray(of_nibabel(path))


def of_pillow(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image).astype(np.float32)


read = {"nibabel": of_nibabel, "nibabel in C order": of_nibabel_in_c_order, "Pillow": of_pillow}[sys.argv[1]]
files, rounds = json.loads(Path(sys.argv[2]).read_text()), int(sys.argv[3])


def repeat() -> float:
    start = time.process_time()
    for _ in range(rounds):
        for path in files:
            read(path)
    return (time.process_time() - start) * 1e3


print("ready", flush=True)
for _ in sys.stdin:
    print(f"{repeat():.3f}", flush=True)
