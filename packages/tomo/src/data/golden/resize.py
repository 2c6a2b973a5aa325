"""Writes resize.json: small films resized by Pillow (BILINEAR = triangle as wide as the step when shrinking; NEAREST).

Run with an environment that has numpy and pillow: python resize.py > resize.json
"""

import json

import numpy as np
from PIL import Image

CASES = [([7, 5], [3, 2]), ([4, 6], [9, 7]), ([8, 3], [5, 8]), ([5, 5], [5, 2]), ([16, 12], [3, 4]), ([1, 3], [2, 1])]


def film(size):
    """Values of a 12-bit film without any symmetry."""
    n = np.arange(size[0] * size[1], dtype=np.float64)
    return np.floor(2000 + 1900 * np.sin(n * n * 0.37 + n)).astype(np.float32).reshape(size)


def main():
    rows = []
    for size, target in CASES:
        image = Image.fromarray(film(size))
        resized = {
            how: np.asarray(image.resize(target[::-1], method)).ravel()
            for how, method in [("linear", Image.Resampling.BILINEAR), ("nearest", Image.Resampling.NEAREST)]
        }
        rows.append(
            {
                "size": size,
                "target": target,
                "film": film(size).ravel().tolist(),
                "linear": [round(float(value), 3) for value in resized["linear"]],
                "nearest": resized["nearest"].tolist(),
            }
        )
    print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")


main()
