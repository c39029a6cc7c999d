"""tests/data/operators: every operator of the engine alone, float32 and int8, answered by LiteRT.

python -m tests.record.operators [NAME ...]   all, or the cases of these names
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.record.reference import Precision, Recorder, Shape, convert, generator, input_details, tf

IMAGE: Shape = (1, 13, 11, 5)
SMALL: Shape = (1, 7, 6, 3)

Tensors = Callable[..., Any]
Build = Callable[[np.random.Generator], Tensors]


@dataclass(frozen=True)
class Case:
    """`build` draws the constants and returns the TensorFlow function."""

    name: str
    build: Build
    shapes: Sequence[Shape] = (IMAGE,)
    precisions: Sequence[Precision] = ("f32", "int8")
    dense_per_channel: bool = True


def weights(rng: np.random.Generator, shape: Shape) -> NDArray[np.float32]:
    """Random weights; the output channels differ in size, so that per-channel scales matter."""
    fan_in = int(np.prod(shape[:-1]))
    channel = rng.uniform(0.3, 3.0, shape[-1])
    return (rng.normal(0, 1 / np.sqrt(fan_in), shape) * channel).astype(np.float32)


def vector(rng: np.random.Generator, size: int) -> NDArray[np.float32]:
    return rng.normal(0, 0.5, size).astype(np.float32)


def conv(
    kernel: Shape,
    *,
    stride: int | tuple[int, int] = 1,
    padding: str = "SAME",
    dilation: int = 1,
    activation: Tensors | None = None,
    bias: bool = True,
) -> Build:
    def build(rng: np.random.Generator) -> Tensors:
        w, b = weights(rng, kernel), vector(rng, kernel[-1])

        def function(x: Any) -> Any:
            y = tf.nn.conv2d(x, w, stride, padding, dilations=dilation)
            y = y + b if bias else y
            return activation(y) if activation else y

        return function

    return build


def depthwise(
    kernel: Shape,
    *,
    stride: int = 1,
    padding: str = "SAME",
    dilation: int = 1,
    activation: Tensors | None = None,
) -> Build:
    def build(rng: np.random.Generator) -> Tensors:
        height, width, channels, multiplier = kernel
        w = weights(rng, (height, width, channels * multiplier)).reshape(kernel)
        b = vector(rng, channels * multiplier)

        def function(x: Any) -> Any:
            strides = (1, stride, stride, 1)
            y = tf.nn.depthwise_conv2d(x, w, strides, padding, dilations=(dilation, dilation)) + b
            return activation(y) if activation else y

        return function

    return build


def dense(inputs: int, outputs: int, *, activation: Tensors | None = None, bias: bool = True, rank: int = 2) -> Build:
    def build(rng: np.random.Generator) -> Tensors:
        w, b = weights(rng, (inputs, outputs)), vector(rng, outputs)

        def function(x: Any) -> Any:
            y = tf.matmul(x, w) if rank == 2 else tf.tensordot(x, w, [[rank - 1], [0]])
            y = y + b if bias else y
            return activation(y) if activation else y

        return function

    return build


def pad_conv(kernel: Shape) -> Build:
    """Symmetric padding before stride 2, as PyTorch's networks have it: not SAME's on an even size."""
    build_conv = conv(kernel, stride=2, padding="VALID")

    def build(rng: np.random.Generator) -> Tensors:
        function = build_conv(rng)
        return lambda x: function(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]))

    return build


def plain(function: Tensors) -> Build:
    return lambda _: function


def with_constant(function: Tensors, shape: Shape) -> Build:
    def build(rng: np.random.Generator) -> Tensors:
        constant = rng.normal(0, 1, shape).astype(np.float32)
        return lambda x: function(x, constant)

    return build


def max_pool(size: int | tuple[int, int], stride: int, padding: str) -> Build:
    return plain(lambda x: tf.nn.max_pool2d(x, size, stride, padding))


def average_pool(size: int | tuple[int, int], stride: int, padding: str) -> Build:
    return plain(lambda x: tf.nn.avg_pool2d(x, size, stride, padding))


def resize(height: int, width: int, *, align_corners: bool = False, half_pixel_centers: bool = False) -> Build:
    return plain(
        lambda x: tf.raw_ops.ResizeBilinear(
            images=x,
            size=[height, width],
            align_corners=align_corners,
            half_pixel_centers=half_pixel_centers,
        )
    )


def hard_swish(x: Any) -> Any:
    return x * tf.nn.relu6(x + 3.0) * (1.0 / 6.0)


def pad_conv_with(value: float, kernel: Shape) -> Build:
    build_conv = conv(kernel, padding="VALID")

    def build(rng: np.random.Generator) -> Tensors:
        function = build_conv(rng)
        return lambda x: function(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=value))

    return build


def clip(x: Any) -> Any:
    """The converter fuses this as RELU_N1_TO_1."""
    return tf.maximum(tf.minimum(x, 1.0), -1.0)


relu, relu6 = tf.nn.relu, tf.nn.relu6

CASES = [
    Case("conv_2d-same", conv((3, 3, 5, 8))),
    Case("conv_2d-valid-relu", conv((3, 3, 5, 8), padding="VALID", activation=relu)),
    Case("conv_2d-same-stride-2-relu6", conv((3, 3, 5, 8), stride=2, activation=relu6)),
    Case("conv_2d-same-stride-2-even", conv((3, 3, 5, 8), stride=2), [(1, 12, 10, 5)]),
    Case("conv_2d-valid-stride-2-1", conv((5, 3, 5, 4), stride=(2, 1), padding="VALID")),
    Case("conv_2d-dilation-2", conv((3, 3, 5, 6), dilation=2)),
    Case("conv_2d-valid-dilation-2", conv((3, 3, 5, 6), dilation=2, padding="VALID")),
    Case("conv_2d-groups", conv((3, 3, 3, 8)), [(1, 13, 11, 6)]),
    Case("conv_2d-1x1", conv((1, 1, 5, 17), activation=relu6)),
    Case("conv_2d-1x1-stride-2", conv((1, 1, 5, 7), stride=2)),
    Case("conv_2d-one-channel", conv((5, 5, 1, 3), bias=False), [(1, 13, 11, 1)]),
    Case("conv_2d-relu_n1_to_1", conv((3, 3, 5, 4), activation=clip)),
    Case("depthwise_conv_2d-3x3", depthwise((3, 3, 5, 1), activation=relu6)),
    Case("depthwise_conv_2d-3x3-valid", depthwise((3, 3, 5, 1), padding="VALID")),
    Case("depthwise_conv_2d-5x5-stride-2", depthwise((5, 5, 5, 1), stride=2, activation=relu)),
    Case("depthwise_conv_2d-multiplier-2", depthwise((3, 3, 5, 2))),
    Case("depthwise_conv_2d-dilation-2", depthwise((3, 3, 5, 1), dilation=2)),
    Case("depthwise_conv_2d-many-channels", depthwise((3, 3, 37, 1)), [(1, 7, 5, 37)]),
    Case("fully_connected", dense(33, 7), [(1, 33)]),
    Case("fully_connected-relu", dense(33, 12, activation=relu), [(1, 33)]),
    Case("fully_connected-no-bias", dense(33, 7, bias=False), [(1, 33)]),
    Case("fully_connected-keep-dims", dense(6, 9, rank=4), [(1, 4, 3, 6)]),
    Case("fully_connected-per-tensor", dense(33, 7), [(1, 33)], ["int8"], dense_per_channel=False),
    Case("max_pool_2d-valid", max_pool(2, 2, "VALID")),
    Case("max_pool_2d-same", max_pool(3, 2, "SAME")),
    Case("max_pool_2d-same-stride-1", max_pool((2, 3), 1, "SAME")),
    Case("average_pool_2d-valid", average_pool(2, 2, "VALID")),
    Case("average_pool_2d-same", average_pool(3, 2, "SAME")),
    Case("average_pool_2d-same-stride-1", average_pool((2, 3), 1, "SAME")),
    Case("average_pool_2d-global", average_pool((13, 11), 1, "VALID")),
    Case("mean", plain(lambda x: tf.reduce_mean(x, [1, 2]))),
    Case("mean-keep-dims", plain(lambda x: tf.reduce_mean(x, [1, 2], keepdims=True))),
    Case("add", plain(lambda x, y: x + y), [IMAGE, IMAGE]),
    Case("add-relu", plain(lambda x, y: relu(x + y)), [IMAGE, IMAGE]),
    Case("add-broadcast", plain(lambda x, y: x + y), [IMAGE, (1, 1, 1, 5)]),
    Case("add-broadcast-row", plain(lambda x, y: x + y), [IMAGE, (1, 1, 11, 5)]),
    Case("add-constant", with_constant(lambda x, c: x + c, (1, 13, 11, 5))),
    Case("add-constant-channels", with_constant(lambda x, c: c + x, (5,))),
    Case("add-constant-scalar", plain(lambda x: x + 0.75)),
    Case("mul", plain(lambda x, y: x * y), [IMAGE, IMAGE]),
    Case("mul-relu6", plain(lambda x, y: relu6(x * y)), [IMAGE, IMAGE]),
    Case("mul-broadcast", plain(lambda x, y: x * y), [IMAGE, (1, 1, 1, 5)]),
    Case("mul-constant-channels", with_constant(lambda x, c: x * c, (5,))),
    Case("mul-constant-scalar", plain(lambda x: x * -0.4)),
    Case("sub", plain(lambda x, y: x - y), [IMAGE, IMAGE]),
    Case("sub-relu", plain(lambda x, y: relu(x - y)), [IMAGE, IMAGE]),
    Case("sub-broadcast", plain(lambda x, y: x - y), [IMAGE, (1, 1, 1, 5)]),
    Case("sub-from-broadcast", plain(lambda x, y: x - y), [(1, 1, 1, 5), IMAGE]),
    Case("sub-from-constant-channels", with_constant(lambda x, c: c - x, (5,))),
    Case("sub-from-constant-scalar", plain(lambda x: 0.75 - x)),
    Case("padv2", plain(lambda x: tf.pad(x, [[0, 0], [1, 2], [3, 0], [0, 0]], constant_values=1.25))),
    Case("padv2-conv_2d", pad_conv_with(-2.0, (3, 3, 5, 8))),
    Case("strided_slice", plain(lambda x: x[:, 2:9, 1:-1, :])),
    Case("strided_slice-channels", plain(lambda x: x[..., 1:4])),
    Case("strided_slice-rows", plain(lambda x: x[:, -5:])),
    Case("transpose", plain(lambda x: tf.transpose(x, [0, 3, 1, 2]))),
    Case("transpose-rows", plain(lambda x: tf.transpose(x, [0, 2, 1, 3]))),
    Case("transpose-5", plain(lambda x: tf.transpose(x, [0, 1, 4, 2, 3])), [(1, 2, 3, 4, 5)]),
    Case("pad", plain(lambda x: tf.pad(x, [[0, 0], [1, 2], [3, 0], [0, 0]]))),
    Case("pad-channels", plain(lambda x: tf.pad(x, [[0, 0], [0, 0], [0, 0], [1, 2]]))),
    Case("pad-conv_2d", pad_conv((3, 3, 5, 8)), [(1, 12, 10, 5)]),
    Case("concatenation", plain(lambda x, y: tf.concat([x, y], 3)), [IMAGE, (1, 13, 11, 3)]),
    Case("concatenation-rows", plain(lambda x, y: tf.concat([x, y], 1)), [IMAGE, (1, 4, 11, 5)]),
    Case("concatenation-6", plain(lambda *x: tf.concat(x, 3)), [(1, 5, 3, c) for c in (1, 2, 3, 4, 5, 6)]),
    Case(
        "concatenation-scales",
        plain(lambda x, y: tf.concat([x, tf.nn.sigmoid(y)], 3)),
        [IMAGE, (1, 13, 11, 3)],
    ),
    Case("reshape", plain(lambda x: tf.reshape(x, [1, 13 * 11 * 5]))),
    Case("reshape-4-3", plain(lambda x: tf.reshape(x, [1, 13, 55]))),
    Case("resize_bilinear", resize(15, 11), [SMALL]),
    Case("resize_bilinear-align-corners", resize(15, 11, align_corners=True), [SMALL]),
    Case("resize_bilinear-half-pixel", resize(15, 11, half_pixel_centers=True), [SMALL]),
    Case("resize_bilinear-half-pixel-twice", resize(14, 12, half_pixel_centers=True), [SMALL]),
    Case("resize_bilinear-half-pixel-down", resize(4, 3, half_pixel_centers=True), [SMALL]),
    Case("relu", plain(relu)),
    Case("relu6", plain(relu6)),
    Case("hard_swish", plain(hard_swish)),
    Case("logistic", plain(tf.nn.sigmoid)),
    Case("tanh", plain(tf.nn.tanh)),
    Case("softmax", plain(tf.nn.softmax), [(1, 10)]),
    Case("softmax-image", plain(tf.nn.softmax)),
    Case("quantize-dequantize", plain(relu), [IMAGE], ["int8-float-io"]),
    Case("quantize-max_pool_2d-dequantize", max_pool(2, 2, "VALID"), [IMAGE], ["int8-float-io"]),
]


def main() -> None:
    wanted = sys.argv[1:]
    recorder = Recorder("operators", keep=bool(wanted))
    for case in CASES:
        if wanted and case.name not in wanted:
            continue
        for precision in case.precisions:
            rng = generator(case.name)
            function = case.build(rng)

            def samples(case: Case = case) -> Iterator[list[NDArray[np.float32]]]:
                rng = generator(case.name + " samples")
                for _ in range(32):
                    yield [rng.normal(0, 3, shape).astype(np.float32) for shape in case.shapes]

            model = convert(function, case.shapes, precision, samples, dense_per_channel=case.dense_per_channel)
            inputs = []
            for detail in input_details(model):
                shape = tuple(detail["shape"])
                if detail["dtype"] == np.int8:
                    inputs.append(rng.integers(-128, 128, shape, np.int8))
                else:
                    inputs.append(rng.normal(0, 3, shape).astype(np.float32))
            recorder.write(f"{case.name}-{precision}", model, inputs)
    recorder.finish()


if __name__ == "__main__":
    main()
