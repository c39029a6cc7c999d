"""Which images an epoch shows, and the batches made of them: all of it follows from the seed, fold and epoch."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from model.augment import augment
from model.config import Config
from model.dataset import Dataset
from model.sources import LABELS


@dataclass
class Batch:
    """Pictures [n, size, size] and lesion masks [n, size/8, size/8], uint8; labels; is the set one with normals?"""

    pictures: Tensor
    masks: Tensor
    labels: Tensor
    has_normals: Tensor

    @property
    def parts(self) -> tuple[Tensor, ...]:
        return self.pictures, self.masks, self.labels, self.has_normals

    def to(self, device: torch.device) -> "Batch":
        """A GPU copies while the next batch is made."""
        parts = (part.pin_memory() for part in self.parts) if device.type == "cuda" else self.parts
        return Batch(*(part.to(device, non_blocking=True) for part in parts))


def draw_epoch(
    dataset: Dataset, rows: list[int], sampling: dict[str, float], count: int, rng: np.random.Generator
) -> list[int]:
    """`count` rows, each set and class by its share; within one, no image comes twice before all came once."""
    cells: dict[str, list[int]] = defaultdict(list)
    for i in rows:
        cells[f"{dataset.rows[i].set} {dataset.rows[i].label}"].append(i)
    unknown = set(cells) - set(sampling)
    if unknown:
        raise ValueError(f"data.sampling has no share for {', '.join(sorted(unknown))}")
    names = sorted(cells)
    shares = np.array([sampling[name] for name in names])
    ends = np.round(np.cumsum(shares / shares.sum()) * count).astype(int)
    drawn: list[int] = []
    for name, end in zip(names, ends, strict=True):
        while len(drawn) < end:
            drawn += rng.permutation(cells[name]).tolist()[: end - len(drawn)]
    return [int(i) for i in rng.permutation(drawn)]


def epoch_batches(dataset: Dataset, rows: list[int], config: Config, fold: int, epoch: int) -> Iterator[Batch]:
    """The augmented batches of an epoch."""
    training = config.training
    key = [training.seed, fold, epoch]
    size = training.small_size if epoch < training.small_epochs else config.model.size
    drawn = draw_epoch(dataset, rows, config.data.sampling, training.steps * training.batch, np.random.default_rng(key))
    with_normals = {row.set for row in dataset.rows if row.label == LABELS[0]}
    for start in range(0, len(drawn), training.batch):
        chosen = drawn[start : start + training.batch]
        pairs = []
        for n, i in enumerate(chosen):
            rng = np.random.default_rng([*key, 1 + start + n])
            other = dataset.image(drawn[int(rng.integers(len(drawn)))])[0]
            pairs.append(augment(*dataset.image(i), other, size, config.augmentation, rng))
        yield Batch(
            torch.from_numpy(np.stack([picture for picture, _ in pairs])),
            torch.from_numpy(np.stack([mask for _, mask in pairs])),
            torch.tensor([dataset.rows[i].label_number for i in chosen]),
            torch.tensor([dataset.rows[i].set in with_normals for i in chosen]),
        )
