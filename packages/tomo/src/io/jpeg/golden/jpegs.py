"""Writes jpegs.json: small JPEGs of all readable kinds and their samples as Pillow (libjpeg-turbo) decodes them."""
import base64
import io
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, features

rng = np.random.default_rng(7)


def picture(height, width, channels):
    """Smooth shapes with some noise, in all colours."""
    y, x = np.mgrid[:height, :width]
    planes = [
        127 + 90 * np.sin((x * (c + 1) + y) / 5) * np.cos(y / (4 + c)) + rng.normal(0, 9, (height, width))
        for c in range(channels)
    ]
    return np.stack(planes, -1).clip(0, 255).astype(np.uint8)


def case(name, height=21, width=27, channels=3, mode=None, **options):
    pixels = picture(height, width, channels)
    image = Image.fromarray(pixels if channels > 1 else pixels[..., 0])
    if mode:
        image = image.convert(mode)
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    decoded = np.asarray(Image.open(io.BytesIO(file.getvalue())))
    return {
        "name": name,
        "file": base64.b64encode(file.getvalue()).decode(),
        "shape": decoded.shape,
        "data": base64.b64encode(decoded.tobytes()).decode(),
    }


upright, turned = Image.Exif(), Image.Exif()
upright[0x0112], turned[0x0112] = 1, 6
cases = [
    case("grey", channels=1, quality=90),
    case("grey, progressive", channels=1, quality=75, progressive=True),
    case("grey, one pixel", 1, 1, 1),
    case("4:4:4", subsampling=0, quality=95),
    case("4:2:2", subsampling=1, quality=85),
    case("4:2:0", subsampling=2, quality=60),
    case("4:2:0, progressive", subsampling=2, progressive=True),
    case("4:2:0, one column", 19, 1),
    case("restart markers", restart_marker_blocks=1, optimize=True),
    case("RGB without transform", keep_rgb=True),
    case("grey stored as colour", channels=1, mode="RGB", quality=80),
    case("EXIF upright", 8, 8, 1, exif=upright),
    case("EXIF turned", 8, 8, 1, exif=turned),
]
made = {"pillow": PIL.__version__, "libjpeg_turbo": features.version("libjpeg_turbo")}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({"made": made, "cases": cases}) + "\n")
