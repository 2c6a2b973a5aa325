"""Writes the same small content in every form that HDF5 has had, and contents.json with what it is. Needs h5py."""

import base64
import json

import h5py
import numpy as np

numbers = {
    "float32": "<f4", "float64": "<f8", "float16": "<f2", "int64": "<i8", "int32": "<i4", "int16": "<i2",
    "int8": "|i1", "uint8": "|u1", "uint16": "<u2", "big endian": ">f4",
}  # fmt: skip


def fill(file, old_chunks):
    file.attrs["names"] = np.array([b"one", b"three"])
    file.attrs["version"] = "2.4.0"
    file.attrs["texts"] = np.array(["a", "größer", ""], dtype=object)
    file.attrs["number"] = 3
    for i, (name, dtype) in enumerate(numbers.items()):
        file.create_dataset(f"numbers/{name}", data=np.arange(6).reshape(2, 3).astype(dtype) + i)
    file.create_dataset("scalar", data=np.float32(2.5))
    file.create_dataset("empty", data=np.zeros((0, 3), "f4"))
    file.create_dataset("null", data=h5py.Empty("f4"))
    file.create_dataset("text", data=np.array([b"ab", b"c"]))
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((3,))
    dataset = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(3, dtype="f4"))
    if old_chunks:
        values = np.arange(210, dtype="f4").reshape(5, 7, 6)
        file.create_dataset("chunks/plain", data=values, chunks=(2, 4, 6))
        kwargs = dict(compression="gzip", shuffle=True, fletcher32=True)
        file.create_dataset("chunks/packed", data=values, chunks=(3, 3, 4), **kwargs)
    # enough for heaps and B-trees of several blocks
    many = file.create_group("many")
    for i in range(120):
        many[f"link number {i}"] = file["scalar"]
    for i in range(12):
        file["many"].attrs[f"attribute {i}"] = f"value {i}"
    file["soft"] = h5py.SoftLink("/scalar")
    file["external"] = h5py.ExternalLink("other.h5", "/scalar")


def contents(file):
    found = {}

    def visit(path, item):
        texts = {}
        for name, value in item.attrs.items():
            if isinstance(value, str):
                texts[name] = [value]
            elif isinstance(value, np.ndarray) and value.dtype.kind in "SO":
                texts[name] = [v.decode() if isinstance(v, bytes) else v for v in value]
        row = {"texts": texts} if texts else {}
        if isinstance(item, h5py.Dataset) and item.shape is not None and item.dtype.kind in "fiu":
            values = np.asarray(item[()])
            values = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<")))
            row |= {"shape": list(item.shape), "dtype": values.dtype.name}
            row |= {"bytes": base64.b64encode(values.tobytes()).decode()}
        if row:
            found[path] = row
        if isinstance(item, h5py.Group):
            for name in item:
                if isinstance(item.get(name, getlink=True), h5py.HardLink):
                    visit(f"{path}/{name}", item[name])

    visit("", file)
    return found


forms = {
    "earliest": dict(libver=("earliest", "latest")),
    "v108": dict(libver=("v108", "v108")),
    "latest": dict(libver="latest"),
    "tracked": dict(track_order=True),
}
for form, options in forms.items():
    with h5py.File(f"{form}.h5", "w", **options) as file:
        fill(file, form != "latest")
    with h5py.File(f"{form}.h5") as file:
        if form == "earliest":
            rows = contents(file)
            links = [path for path in rows if path.startswith("/many/")]
            for path in links[2:]:
                del rows[path]
            with open("contents.json", "w") as out:
                lines = [f"{json.dumps(path)}: {json.dumps(row)}" for path, row in rows.items()]
                out.write("{\n" + ",\n".join(lines) + "\n}\n")
with h5py.File("latest_chunks.h5", "w", libver="latest") as file:
    file.create_dataset("x", data=np.arange(100, dtype="f4"), chunks=(7,))
