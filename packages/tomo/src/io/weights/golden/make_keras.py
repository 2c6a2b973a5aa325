"""Writes one small network in every layout of Keras. Run with `2` and with `3` (tf_keras and keras, both with TensorFlow).

All values follow a formula, so that tests need no list of them: element n of the weight with role r is n + 1000 r, where
the roles are kernel, bias, gamma, beta, moving_mean and moving_variance of the layer, counted from 0.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import h5py
import numpy as np

ROLES = ["kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"]


def formula(shape, role):
    return (np.arange(np.prod(shape)) + 1000 * ROLES.index(role)).reshape(shape).astype("float32")


def fill(model):
    for layer in model.layers:
        roles = {"Conv2D": ROLES[:2], "Dense": ROLES[:2], "BatchNormalization": ROLES[2:]}.get(type(layer).__name__)
        if roles:
            layer.set_weights([formula(w.shape, r) for w, r in zip(layer.get_weights(), roles)])


def network(keras, names):
    conv, norm = names
    layers = keras.layers
    return [
        keras.Input((8, 8, 3)),
        layers.Conv2D(2, 3, name=conv),
        layers.BatchNormalization(name=norm),
        layers.GlobalAveragePooling2D(),
        layers.Dense(4, name="fc"),
    ]


def keras_2():
    import tf_keras as keras

    model = keras.Sequential(network(keras, ("conv/conv", "conv/norm")))
    fill(model)
    model.save_weights("keras_2_weights.h5")
    model.compile("adam", "mse")
    model.fit(np.zeros((1, 8, 8, 3)), np.zeros((1, 4)), verbose=0)
    fill(model)
    model.save("keras_2_model.h5")


def keras_3():
    import keras

    model = keras.Sequential(network(keras, ("conv_conv", "conv_norm")))
    fill(model)
    model.save_weights("keras_3.weights.h5")
    model.save("keras_3_model.h5")
    model.save("keras_3.keras")
    # as early Keras 3 wrote it: without names
    with h5py.File("keras_3.weights.h5") as source, h5py.File("keras_3_nameless.weights.h5", "w") as target:
        source.visititems(
            lambda path, item: target.__setitem__(path, item[()]) if isinstance(item, h5py.Dataset) else None
        )


def keras_1():
    """By hand, after keras 1.2's save_weights: Keras 1 cannot be installed beside a Python of today."""
    names = {"kernel": "W", "bias": "b", "moving_mean": "running_mean", "moving_variance": "running_std"}
    layers = {
        "conv": {"kernel": (3, 3, 3, 2), "bias": (2,)},
        "bn_conv": {role: (2,) for role in ROLES[2:]},
        "avg_pool": {},
        "fc": {"kernel": (2, 4), "bias": (4,)},
    }
    with h5py.File("keras_1.h5", "w") as file:
        # in parts, as Keras writes a list that is too long for one attribute
        file.attrs["layer_names0"] = [b"conv", b"bn_conv"]
        file.attrs["layer_names1"] = [b"avg_pool", b"fc"]
        for layer, weights in layers.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = [f"{layer}_{names.get(role, role)}".encode() for role in weights]
            for role, shape in weights.items():
                group[f"{layer}_{names.get(role, role)}"] = formula(shape, role)


if __name__ == "__main__":
    if sys.argv[1] == "2":
        keras_2()
        keras_1()
    else:
        keras_3()
