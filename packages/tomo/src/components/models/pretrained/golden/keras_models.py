"""Makes Keras' DenseNet121 or ResNet50 with random weights, saves it in every layout, prints the features of an input.

Arguments: folder, model (DenseNet121 or ResNet50), version of Keras (2 or 3). Prints JSON: {"files": {layout: path},
"input": path of a float32 array [1, 64, 64, 3], "features": path of the output of the last layer without top}.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np

folder, name, version = sys.argv[1:]
if version == "2":
    import tf_keras as keras
else:
    import keras

keras.utils.set_random_seed(7)
rng = np.random.default_rng(11)
top = dict(classes=1000, classifier_activation=None)
make = getattr(keras.applications, name)
whole = make(weights=None, include_top=True, input_shape=(64, 64, 3), **top)
for layer in whole.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        gamma, beta, mean, variance = (w.shape for w in layer.get_weights())
        layer.set_weights(
            [
                rng.uniform(0.8, 1.2, gamma),
                rng.uniform(-0.1, 0.1, beta),
                rng.uniform(-0.1, 0.1, mean),
                rng.uniform(0.7, 1.4, variance),
            ]
        )
    elif isinstance(layer, keras.layers.Conv2D) and layer.use_bias:
        kernel, bias = layer.get_weights()
        layer.set_weights([kernel, rng.uniform(-0.3, 0.3, bias.shape)])
features = keras.Model(whole.inputs, whole.layers[-2].output)
notop = make(weights=None, include_top=False, input_shape=(64, 64, 3))
for layer in notop.layers:
    layer.set_weights(whole.get_layer(layer.name).get_weights() if layer.weights else [])
nested = keras.Sequential([keras.Input((64, 64, 3)), notop, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(15)])

files = {}


def path(layout, suffix):
    files[layout] = os.path.join(folder, f"{name}-{layout}{suffix}")
    return files[layout]


image = rng.normal(size=(1, 64, 64, 3)).astype("float32")
weights = ".h5" if version == "2" else ".weights.h5"
whole.save_weights(path("weights", weights))
notop.save_weights(path("notop", weights))
nested.save_weights(path("nested", weights))
whole.save(path("model", ".h5"))
if version == "3":
    whole.save(path("archive", ".keras"))
image.tofile(os.path.join(folder, "input"))
np.asarray(features(image)).astype("float32").tofile(os.path.join(folder, "features"))
np.asarray(whole(image)).astype("float32").tofile(os.path.join(folder, "logits"))
print(json.dumps(files))
