"""Unpacks what Tomo needs from the wheels in a folder: unpack_wheels.py WHEELS TARGET."""

import pathlib
import re
import sys
import zipfile

WANTED = re.compile(
    r"torch/include/|torch/lib/lib(c10|torch_cpu|gomp|gfortran|quadmath|omp|openblas|arm_compute)[^/]*\.so[.\d]*$"
    r"|nvidia/cu13/lib/lib(cudart|cupti)\.so[.\d]*$"
)

wheels, target = map(pathlib.Path, sys.argv[1:3])
for wheel in sorted(wheels.glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if WANTED.match(name)]
        for done, name in enumerate(members):
            archive.extract(name, target)
            if done % 200 == 0 or name.endswith(".so"):
                print(f"unpacking {wheel.name.split('-')[0]}: {done + 1} of {len(members)} files", flush=True)
    wheel.unlink()
