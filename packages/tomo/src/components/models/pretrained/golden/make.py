"""Writes networks.json: names and shapes of the weights of networks of Keras and torchvision, and what the networks
make of an input when every weight follows a formula, in float64.

Run it twice: `make.py keras FILE` in an environment with tf_keras, `make.py torchvision FILE` in one with torchvision.
Element n of tensor i (its place in the list) is u(n, i) = ((31 n² + 7919 n + 104729 i) mod 10007) / 10007 - 0.5, scaled:
kernels sqrt(24 / fan) u, scales 1 + 0.2 u, variances 1 + 0.5 u, means 0.2 u, the rest 0.1 u. The input is tensor 0.
"""

import json
import os
import sys

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""


def u(shape, i):
    n = np.arange(int(np.prod(shape)), dtype=np.int64)
    return (((31 * n * n + 7919 * n + 104729 * i) % 10007) / 10007 - 0.5).reshape(shape)


def value(name, shape, i, fan):
    if name.endswith(("running_var", "moving_variance")):
        return 1 + 0.5 * u(shape, i)
    if name.endswith(("running_mean", "moving_mean")):
        return 0.2 * u(shape, i)
    if len(shape) >= 2:
        return np.sqrt(24 / fan) * u(shape, i)
    return 1 + 0.2 * u(shape, i) if name.endswith(("weight", "gamma")) else 0.1 * u(shape, i)


def entry(tensors, output):
    output = np.asarray(output, dtype=np.float64).ravel()
    step = max(1, len(output) // 16)
    return {"tensors": tensors, "step": step, "output": output[::step].tolist()}


def from_keras():
    import tf_keras as keras

    keras.backend.set_floatx("float64")
    image = u((1, 64, 64, 3), 0)

    def run(model, features):
        tensors = []
        for i, weight in enumerate(model.weights):
            name, shape = weight.name.removesuffix(":0"), list(weight.shape)
            weight.assign(value(name, shape, i, np.prod(shape[:-1])))
            tensors.append([name, shape])
        return entry(tensors, features(image))

    dense = keras.applications.DenseNet121(
        weights=None, input_shape=(64, 64, 3), classes=15, classifier_activation=None
    )
    residual = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), include_top=False, pooling="avg")
    old = old_resnet(keras)
    return {"kerasDenseNet121": run(dense, dense), "kerasResNet50": run(residual, residual), "oldKerasResNet50": run(old, old)}


def old_resnet(keras):
    """ResNet50 of fchollet/deep-learning-models v0.2: strides in the first convolution, biases, epsilon 1e-3."""
    layers = keras.layers

    def conv_norm(x, filters, size, name, stride=1):
        conv = layers.Conv2D(filters, size, strides=stride, padding="same", name="res" + name)
        return layers.BatchNormalization(name="bn" + name)(conv(x))

    def block(x, filters, name, stride, reshapes):
        y = layers.ReLU()(conv_norm(x, filters, 1, name + "_branch2a", stride))
        y = layers.ReLU()(conv_norm(y, filters, 3, name + "_branch2b"))
        y = conv_norm(y, 4 * filters, 1, name + "_branch2c")
        if reshapes:
            x = conv_norm(x, 4 * filters, 1, name + "_branch1", stride)
        return layers.ReLU()(layers.Add()([y, x]))

    start = keras.Input((64, 64, 3))
    x = layers.ZeroPadding2D(3)(start)
    x = layers.Conv2D(64, 7, strides=2, name="conv1")(x)
    x = layers.ReLU()(layers.BatchNormalization(name="bn_conv1")(x))
    x = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(x))
    for stage, blocks in enumerate([3, 4, 6, 3]):
        for i in range(blocks):
            stride = 2 if stage > 0 and i == 0 else 1
            x = block(x, 64 * 2**stage, f"{stage + 2}{'abcdef'[i]}", stride, i == 0)
    return keras.Model(start, layers.GlobalAveragePooling2D()(x))


def from_torchvision():
    import torch
    import torchvision

    image = torch.tensor(u((1, 3, 64, 64), 0))

    def run(model):
        model = model.double().eval()
        tensors = []
        for i, (name, tensor) in enumerate(model.state_dict().items()):
            shape = list(tensor.shape)
            tensors.append([name, shape])
            if tensor.dtype == torch.float64:
                fan = np.prod(shape[1:])
                tensor.copy_(torch.tensor(value(name, shape, i, fan)))
        with torch.no_grad():
            return entry(tensors, model(image))

    residual = torchvision.models.resnet50(weights=None)
    residual.fc = torch.nn.Identity()
    dense = torchvision.models.densenet121(weights=None, num_classes=15)
    return {"torchvisionDensenet121": run(dense), "torchvisionResnet50": run(residual)}


if __name__ == "__main__":
    made = from_keras() if sys.argv[1] == "keras" else from_torchvision()
    path = sys.argv[2]
    known = json.load(open(path)) if os.path.exists(path) else {}
    with open(path, "w") as file:
        rows = {**known, **made}
        lines = [f"{json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in rows.items()]
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
