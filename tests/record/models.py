"""tests/data/models: small whole networks of the usual families, float32 and int8, answered by LiteRT.

python -m tests.record.models
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from keras import Model, layers, utils
from numpy.typing import NDArray

from tests.record.reference import Precision, Recorder, Shape, convert, generator, input_details

SHAPE: Shape = (1, 32, 32, 2)

Tensor = Any


def conv(x: Tensor, channels: int, size: int = 3, stride: int = 1, activation: str | None = "relu6") -> Tensor:
    x = layers.Conv2D(channels, size, stride, "same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation(activation)(x) if activation else x


def depthwise(x: Tensor, size: int, stride: int, activation: str = "relu6") -> Tensor:
    x = layers.DepthwiseConv2D(size, stride, "same", use_bias=False)(x)
    return layers.Activation(activation)(layers.BatchNormalization()(x))


def inverted_residual(x: Tensor, channels: int, size: int, stride: int) -> Tensor:
    y = conv(x, x.shape[-1] * 3, 1)
    y = conv(depthwise(y, size, stride), channels, 1, activation=None)
    return layers.Add()([x, y]) if y.shape == x.shape else y


def mobile(x: Tensor) -> list[Tensor]:
    """EfficientNet-Lite's blocks."""
    x = conv(x, 8, stride=2)
    for channels, size, stride in ((8, 3, 1), (12, 5, 2), (12, 5, 1), (16, 3, 2)):
        x = inverted_residual(x, channels, size, stride)
    x = layers.GlobalAveragePooling2D()(conv(x, 32, 1))
    return [layers.Dense(3)(x)]


def residual(x: Tensor) -> list[Tensor]:
    """ResNet's: pooling with a stride after the stem, projections, ReLU behind the sum."""
    x = layers.ZeroPadding2D(3)(x)
    x = layers.Conv2D(8, 7, 2)(x)
    x = layers.MaxPooling2D(3, 2, "same")(layers.ReLU()(x))
    for channels, stride in ((8, 1), (16, 2)):
        y = conv(x, channels, 3, stride, "relu")
        y = conv(y, channels, 3, activation=None)
        if y.shape != x.shape:
            x = conv(x, channels, 1, stride, activation=None)
        x = layers.ReLU()(layers.Add()([x, y]))
    return [layers.Dense(4, "softmax")(layers.GlobalAveragePooling2D()(x))]


def dense(x: Tensor) -> list[Tensor]:
    """DenseNet's: every layer reads all before it."""
    x = conv(x, 8, 3, 2, "relu")
    for _ in range(3):
        x = layers.Concatenate()([x, conv(conv(x, 12, 1, activation="relu"), 6, activation="relu")])
    x = layers.MaxPooling2D()(conv(x, 12, 1, activation="relu"))
    return [layers.Dense(3)(layers.Flatten()(x))]


def squeeze(x: Tensor) -> list[Tensor]:
    """MobileNetV3's: hard swish, squeeze and excite."""
    x = conv(x, 8, 3, 2, "hard_silu")
    y = depthwise(conv(x, 24, 1, activation="hard_silu"), 3, 2, "hard_silu")
    gate = layers.GlobalAveragePooling2D(keepdims=True)(y)
    gate = layers.Conv2D(24, 1, activation="sigmoid")(layers.Conv2D(8, 1, activation="relu")(gate))
    y = conv(layers.Multiply()([y, gate]), 16, 1, activation=None)
    return [layers.Dense(5)(layers.GlobalAveragePooling2D()(y))]


def segment(x: Tensor) -> list[Tensor]:
    """U-Net's, with a map and a class as outputs."""
    first = conv(x, 6, activation="relu")
    second = conv(layers.MaxPooling2D()(first), 10, activation="relu")
    third = conv(layers.MaxPooling2D()(second), 14, activation="relu")
    y = layers.Concatenate()([layers.UpSampling2D(interpolation="bilinear")(third), second])
    y = layers.Concatenate()([layers.UpSampling2D(interpolation="bilinear")(conv(y, 8, activation="relu")), first])
    return [layers.Conv2D(1, 1, activation="sigmoid")(y), layers.Dense(3)(layers.GlobalAveragePooling2D()(third))]


NETWORKS: dict[str, Callable[[Tensor], list[Tensor]]] = {
    "mobile": mobile,
    "residual": residual,
    "dense": dense,
    "squeeze": squeeze,
    "segment": segment,
}
PRECISIONS: tuple[Precision, ...] = ("f32", "int8", "int8-float-io")


def randomise(model: Model, rng: np.random.Generator) -> None:
    """Batch normalisation as after training, so that folding it into the weights changes them."""
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            size = layer.gamma.shape[0]
            spread = [rng.uniform(0.5, 1.5, size), rng.normal(0, 0.3, size)]
            layer.set_weights([*spread, rng.normal(0, 0.3, size), rng.uniform(0.5, 2, size)])


def main() -> None:
    recorder = Recorder("models")
    for name, build in NETWORKS.items():
        rng = generator(name)
        utils.set_random_seed(int(rng.integers(1 << 31)))
        image = layers.Input(SHAPE[1:])
        model = Model(image, build(image))
        randomise(model, rng)

        def function(x: Tensor, model: Model = model) -> Any:
            return model(x, training=False)

        def samples(name: str = name) -> Iterator[list[NDArray[np.float32]]]:
            rng = generator(name + " samples")
            for _ in range(32):
                yield [rng.normal(0, 1, SHAPE).astype(np.float32)]

        for precision in PRECISIONS:
            file = convert(function, [SHAPE], precision, samples)
            (detail,) = input_details(file)
            if detail["dtype"] == np.int8:
                value = rng.integers(-128, 128, SHAPE, np.int8)
            else:
                value = rng.normal(0, 1, SHAPE).astype(np.float32)
            recorder.write(f"{name}-{precision}", file, [value])
    recorder.finish()


if __name__ == "__main__":
    main()
