"""Small networks out of the exporters themselves: PyTorch's two, tf2onnx, onnxruntime's quantiser."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
import torch
from numpy.typing import NDArray
from onnxruntime import quantization
from torch import nn

Array = NDArray[Any]
Build = Callable[[], onnx.ModelProto]


class SqueezeExcite(nn.Module):
    """Through vectors of one pixel, with the mean of both exporters' kinds."""

    def __init__(self, channels: int, *, pool: bool) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1) if pool else None
        self.reduce, self.expand = nn.Conv2d(channels, 4, 1), nn.Conv2d(4, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean = self.pool(x) if self.pool is not None else x.mean((2, 3), keepdim=True)
        gate: torch.Tensor = torch.sigmoid(self.expand(nn.functional.silu(self.reduce(mean))))
        return x * gate


class Classifier(nn.Module):
    """Everything usual once; the last map is flattened with its pixels, so that their order shows."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6())
        self.depthwise = nn.Sequential(nn.Conv2d(8, 8, 3, 1, 1, groups=8), nn.BatchNorm2d(8), nn.Hardswish())
        self.attention = nn.Sequential(SqueezeExcite(8, pool=True), SqueezeExcite(8, pool=False))
        self.grouped = nn.Sequential(nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=2), nn.SiLU())
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.late = nn.Sequential(nn.Conv2d(16, 8, 1), nn.BatchNorm2d(8), nn.Hardsigmoid(), nn.AvgPool2d(2))
        self.head = nn.Sequential(nn.Linear(8 * 2 * 3, 10), nn.Tanh(), nn.Dropout(), nn.Linear(10, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        x = x + self.attention(self.depthwise(x))
        x = torch.cat([self.pool(x), self.pool(self.grouped(x))], 1)
        x = self.late(x)
        x = x.view(x.size(0), -1)
        return torch.softmax(self.head(x), -1)


class UNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU())
        self.deep = nn.Sequential(nn.Conv2d(4, 6, 3, padding=1), nn.ReLU())
        self.up = nn.Conv2d(10, 2, 3, padding=1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        skip = self.down(nn.functional.pad(x, (1, 1, 0, 0)))
        low = self.deep(nn.functional.max_pool2d(skip, 2))
        smooth = nn.functional.interpolate(low, scale_factor=2, mode="bilinear", align_corners=False)
        sharp = nn.functional.interpolate(low, size=skip.shape[-2:], mode="nearest")
        aligned = nn.functional.interpolate(low, size=(7, 5), mode="bilinear", align_corners=True)
        return self.up(torch.cat([skip, smooth + sharp], 1)), aligned


class Parts(nn.Module):
    """Maps taken apart by channels, rows and columns, shuffled and turned."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.late = nn.Conv2d(2, 8, 3, padding=1), nn.Conv2d(4, 4, 3)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        value, gate = torch.chunk(self.stem(x), 2, 1)
        x = value * torch.tanh(gate)
        shuffled = x.view(1, 2, 2, *x.shape[2:]).transpose(1, 2).reshape(x.shape)
        middle = self.late(nn.functional.pad(shuffled[:, :, 1:-1, 2:], (1, 1, 1, 1), value=-0.5))
        one, three = torch.split(middle, [1, 3], 1)
        turned = (three - one).transpose(2, 3)
        return turned, x[:, -2:], torch.flatten(turned[:, 1:, :3], 1)


class LesionClassifier(nn.Module):
    """A factored head of two logits, and P(lesion) at every eighth pixel: what model/ trains, small."""

    def __init__(self) -> None:
        super().__init__()
        self.shallow = nn.Sequential(nn.Conv2d(1, 8, 5, 4, 2, bias=False), nn.BatchNorm2d(8), nn.ReLU6())
        self.middle = nn.Sequential(nn.Conv2d(8, 12, 3, 2, 1, bias=False), nn.BatchNorm2d(12), nn.ReLU6())
        self.deep = nn.Sequential(nn.Conv2d(12, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU6())
        self.dropout, self.head = nn.Dropout(), nn.Linear(16, 2)
        self.from_middle, self.from_deep, self.out = nn.Conv2d(12, 6, 1), nn.Conv2d(16, 6, 1), nn.Conv2d(6, 1, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        middle = self.middle(self.shallow(x))
        features = self.deep(middle)
        logits = self.head(self.dropout(features.mean((2, 3))))
        fine = self.from_middle(middle)
        up = nn.functional.interpolate(self.from_deep(features), fine.shape[-2:], mode="bilinear", align_corners=False)
        return logits, torch.sigmoid(self.out(nn.functional.relu(fine + up)))


def settled(network: nn.Module, example: torch.Tensor) -> nn.Module:
    """In evaluation mode, with batch statistics that are not 0 and 1."""
    for _ in range(3):
        network(example + torch.randn_like(example))
    return network.eval()


def classifier() -> tuple[nn.Module, torch.Tensor]:
    torch.manual_seed(0)
    example = torch.randn(1, 3, 14, 22)
    return settled(Classifier(), example), example


def unet() -> tuple[nn.Module, torch.Tensor]:
    torch.manual_seed(0)
    example = torch.randn(1, 1, 8, 10)
    return settled(UNet(), example), example


def parts() -> tuple[nn.Module, torch.Tensor]:
    torch.manual_seed(0)
    return Parts().eval(), torch.randn(1, 2, 8, 10)


def lesion_classifier() -> tuple[nn.Module, torch.Tensor]:
    torch.manual_seed(2)
    example = torch.randn(1, 1, 48, 48)
    return settled(LesionClassifier(), example), example


Network = Callable[[], tuple[nn.Module, torch.Tensor]]


def torch_script(network: Network, opset: int, *, fold: bool = True, outputs: tuple[str, ...] = ()) -> Build:
    """`fold` off keeps batch normalisation and computed shapes in the graph; `outputs` names them."""

    def build() -> onnx.ModelProto:
        module, example = network()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            mode = torch.onnx.TrainingMode.EVAL if fold else torch.onnx.TrainingMode.PRESERVE
            torch.onnx.export(module, (example,), path, dynamo=False, opset_version=opset, input_names=["image"],
                              output_names=list(outputs) or None, do_constant_folding=fold, training=mode,
                              dynamic_axes={"image": {0: "batch"}})  # fmt: skip
            return onnx.load(path)

    return build


def torch_dynamo(network: Network, opset: int) -> Build:
    def build() -> onnx.ModelProto:
        module, example = network()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            torch.onnx.export(module, (example,), path, dynamo=True, opset_version=opset, input_names=["image"],
                              external_data=False, verbose=False)  # fmt: skip
            return onnx.load(path)

    return build


def keras_classifier() -> Any:
    layers = tf.keras.layers
    image = layers.Input((12, 14, 3), name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    x = layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.ReLU(6)(layers.BatchNormalization(momentum=0.5)(x))
    x = layers.DepthwiseConv2D(3, padding="same", activation="swish")(x)
    gate = layers.Reshape((1, 1, 6))(layers.GlobalAveragePooling2D()(x))
    x = layers.Multiply()([x, layers.Conv2D(6, 1, activation="sigmoid")(gate)])
    pooled = layers.AveragePooling2D(3, strides=1, padding="same")(x)
    x = layers.Concatenate()([pooled, layers.MaxPooling2D(3, strides=1, padding="same")(x)])
    x = layers.ZeroPadding2D(((1, 0), (0, 1)))(x)
    x = layers.SeparableConv2D(5, 3, activation="relu")(x)
    x = layers.Dense(7, activation="hard_sigmoid")(layers.Flatten()(x))
    return tf.keras.Model(image, layers.Dense(3, activation="softmax")(x))


def keras_map() -> Any:
    """One channel in, maps out: tf2onnx writes reshapes for transposes there."""
    layers = tf.keras.layers
    image = layers.Input((8, 6, 1), name="image")
    low = layers.Conv2D(4, 3, strides=2, padding="same", activation="tanh")(image)
    smooth = layers.UpSampling2D(2, interpolation="bilinear")(low)
    sharp = layers.UpSampling2D(2, interpolation="nearest")(low)
    x = layers.Concatenate()([image, layers.Add()([smooth, sharp])])
    return tf.keras.Model(image, [layers.Conv2D(2, 1)(x), layers.GlobalMaxPooling2D()(x)])


def tensorflow(network: Callable[[], Any], opset: int) -> Build:
    def build() -> onnx.ModelProto:
        tf.keras.utils.set_random_seed(0)
        model = network()
        for layer in model.layers:
            if isinstance(layer, tf.keras.layers.BatchNormalization):
                rng = np.random.default_rng(0)
                layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
        shape = tf.TensorSpec((None, *model.inputs[0].shape[1:]), tf.float32, name="image")
        function = tf.function(lambda image: model(image, training=False))
        converted, _ = tf2onnx.convert.from_function(function, [shape], opset=opset)
        return converted

    return build


class Reader(quantization.CalibrationDataReader):
    def __init__(self, shape: tuple[int, ...], count: int = 8) -> None:
        rng = np.random.default_rng(2)
        self.pictures = iter([rng.uniform(-1, 1, shape).astype(np.float32) for _ in range(count)])

    def get_next(self) -> dict[str, Array] | None:
        picture = next(self.pictures, None)
        return None if picture is None else {"image": picture}


def quantised(*, per_channel: bool, unsigned: bool) -> Build:
    """The classifier by onnxruntime's static quantisation, QDQ format; weights are always int8."""

    def build() -> onnx.ModelProto:
        kind = quantization.QuantType.QUInt8 if unsigned else quantization.QuantType.QInt8
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            onnx.save(torch_script(classifier, 17)(), path)
            target = Path(folder) / "quantised.onnx"
            quantization.quantize_static(path, target, Reader((1, 3, 14, 22)), per_channel=per_channel,
                                         quant_format=quantization.QuantFormat.QDQ, activation_type=kind,
                                         weight_type=quantization.QuantType.QInt8)  # fmt: skip
            return onnx.load(target)

    return build
