"""The configuration: every hyper-parameter stands in config.toml, `--set section.name=value` changes one."""

import dataclasses
import json
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Data:
    stored_side: int
    thumbnail_side: int
    same: float
    folds: int
    seed: int
    network_sides: list[int]
    hold_out: list[str]
    sampling: dict[str, float]


@dataclass(frozen=True)
class Model:
    backbone: str
    size: int
    drop_path: float
    dropout: float
    frozen_blocks: int


@dataclass(frozen=True)
class Training:
    seed: int
    epochs: int
    small_epochs: int
    small_size: int
    steps: int
    batch: int
    validate_every: int
    backbone_rate: float
    head_rate: float
    weight_decay: float
    warm_up_epochs: float
    average: float
    clip: float
    teachers: list[str]


@dataclass(frozen=True)
class Loss:
    smoothing: float
    lesion: float
    lesion_only_sets: float
    lesion_map: float
    pointing: float
    taught: float


@dataclass(frozen=True)
class Augmentation:
    mirror: float
    turn_chance: float
    turn: float
    zoom_out: float
    zoom_in: float
    close_up_chance: float
    close_up: list[float]
    close_up_shift: float
    aspect: float
    shift: float
    keep_lesion: float
    greys_chance: float
    gamma: float
    contrast: float
    brightness: float
    blur_chance: float
    blur: list[float]
    sharpen_chance: float
    speckle_chance: float
    speckle: list[float]
    jpeg_chance: float
    jpeg: list[int]
    marks_chance: float


@dataclass(frozen=True)
class Config:
    data: Data
    model: Model
    training: Training
    loss: Loss
    augmentation: Augmentation

    def __post_init__(self) -> None:
        """Calibration knows how often training shows a malignant lesion, by this (calibrate.prior_offset)."""
        shares = self.data.sampling
        benign, malignant = (sum(v for k, v in shares.items() if k.endswith(f" {n}")) for n in ("benign", "malignant"))
        if not math.isclose(benign, malignant):
            raise ValueError(
                f"data.sampling: expected as many malignant as benign lesions, got {malignant} to {benign}"
            )

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @property
    def parts(self) -> list[int]:
        """Folds that are judged; a single one where devices are held out instead."""
        return [0] if self.data.hold_out else list(range(self.data.folds))

    @property
    def everything(self) -> int:
        """The fold that no image is in: a network of it is trained on all of them, and ships."""
        return self.data.folds

    def part_name(self, fold: int) -> str:
        """Of the folder in a run that a fold's files are in."""
        return "all" if fold == self.everything else f"fold-{fold}"


def section(kind: type, name: str, values: dict[str, Any]) -> Any:
    """A section's dataclass; every field must be there, and no other."""
    expected = {field.name for field in dataclasses.fields(kind)}
    if set(values) != expected:
        wrong = sorted(set(values) ^ expected)
        raise ValueError(f"configuration, section {name}: missing or unknown: {', '.join(wrong)}")
    return kind(**values)


def load_config(changes: list[str]) -> Config:
    """config.toml with changes like 'training.epochs=4'; the value is TOML."""
    table = tomllib.loads((HERE / "config.toml").read_text())
    for change in changes:
        name, _, value = change.partition("=")
        *sections, key = name.strip().split(".")
        place = table
        for part in sections:
            place = place.get(part, {})
        if key not in place:
            raise ValueError(f"--set {change}: the configuration has no '{name}'")
        place[key] = tomllib.loads(f"value = {value}")["value"]
    return from_table(table)


def read_run_config(path: Path) -> Config:
    """The configuration that a run was begun with."""
    return from_table(json.loads(path.read_text()))


def from_table(table: dict[str, Any]) -> Config:
    sections_of = {field.name: field.type for field in dataclasses.fields(Config)}
    if set(table) != set(sections_of):
        raise ValueError(f"configuration: expected the sections {', '.join(sections_of)}")
    return Config(**{name: section(kind, name, table[name]) for name, kind in sections_of.items()})  # type: ignore[arg-type]
