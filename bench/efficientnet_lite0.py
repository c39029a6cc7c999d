"""Writes an int8 EfficientNet-Lite0 .tflite with TensorFlow's own converter: the network that speed is compared on.

The weights are random (speed does not depend on them); the shape is that of Google's release: 224 x 224 x 3, ReLU6, no
squeeze-excite, 1000 classes, 384 M multiply-adds; int8 inside, float32 in and out, as LiteRT.js takes no int8.

    python bench/efficientnet_lite0.py OUT.tflite
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

SIDE = 224
# repeats, kernel, stride of the first, expansion, output channels
BLOCKS = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


def conv(x: tf.Tensor, channels: int, kernel: int, stride: int, *, relu: bool) -> tf.Tensor:
    x = keras.layers.Conv2D(channels, kernel, stride, "same", use_bias=False)(x)
    x = keras.layers.BatchNormalization()(x)
    return keras.layers.ReLU(6.0)(x) if relu else x


def depthwise(x: tf.Tensor, kernel: int, stride: int) -> tf.Tensor:
    x = keras.layers.DepthwiseConv2D(kernel, stride, "same", use_bias=False)(x)
    x = keras.layers.BatchNormalization()(x)
    return keras.layers.ReLU(6.0)(x)


def build() -> keras.Model:
    image = keras.Input((SIDE, SIDE, 3), batch_size=1)
    x = conv(image, 32, 3, 2, relu=True)
    for repeats, kernel, stride, expansion, channels in BLOCKS:
        for i in range(repeats):
            before = x
            if expansion != 1:
                x = conv(x, x.shape[-1] * expansion, 1, 1, relu=True)
            x = depthwise(x, kernel, stride if i == 0 else 1)
            x = conv(x, channels, 1, 1, relu=False)
            if i > 0:
                x = keras.layers.Add()([x, before])
    x = conv(x, 1280, 1, 1, relu=True)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(1000)(x))


def samples() -> Iterator[list[np.ndarray]]:
    rng = np.random.default_rng(0)
    for _ in range(8):
        yield [rng.normal(0, 1, (1, SIDE, SIDE, 3)).astype(np.float32)]


def main() -> None:
    keras.utils.set_random_seed(0)
    converter = tf.lite.TFLiteConverter.from_keras_model(build())
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    Path(sys.argv[1]).write_bytes(converter.convert())


if __name__ == "__main__":
    main()
