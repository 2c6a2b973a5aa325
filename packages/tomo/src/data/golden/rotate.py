"""Writes rotate.json: small films turned by scipy.ndimage.rotate with the canvas kept and zeros around it.

mode="grid-constant" lets the zeros reach the film's edge gradually over one pixel; mode="constant" would cut the film
off half a pixel inside its edge.

Run with an environment that has numpy and scipy: python rotate.py > rotate.json
"""

import json

import numpy as np
from scipy.ndimage import rotate

CASES = [([6, 6], 7), ([6, 6], -7), ([5, 8], 30), ([8, 5], -123.4), ([7, 7], 90), ([6, 6], 270), ([4, 9], 180)]


def film(size):
    """Values of a 12-bit film without any symmetry."""
    n = np.arange(size[0] * size[1], dtype=np.float64)
    return np.floor(2000 + 1900 * np.sin(n * n * 0.37 + n)).reshape(size)


def main():
    rows = []
    for size, angle in CASES:
        turned = {
            how: rotate(film(size), angle, reshape=False, order=order, mode="grid-constant", prefilter=False)
            for how, order in [("linear", 1), ("nearest", 0)]
        }
        rows.append(
            {
                "size": size,
                "angle": angle,
                "film": film(size).ravel().tolist(),
                "linear": [round(float(value), 3) for value in turned["linear"].ravel()],
                "nearest": turned["nearest"].ravel().tolist(),
            }
        )
    print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")


main()
