"""The native program, as the stages after training use it."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.network import MEAN, SCALE
from model.pictures import Pixels

Floats = NDArray[np.float32]


def ask(program: Path, *arguments: object, given: str | None = None) -> str:
    """What it prints. Its own sentence is the error."""
    command = [str(program), *(str(argument) for argument in arguments)]
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    if done.returncode != 0:
        raise ValueError(f"echolens {arguments[0]}: {done.stderr.strip() or f'exit status {done.returncode}'}")
    return done.stdout


@dataclass(frozen=True)
class Port:
    """An input or output of a file; a scale of 0 is float32."""

    name: str
    scale: float
    zero_point: int

    def stored(self, values: Floats) -> NDArray[np.generic]:
        """As the engine fills an input: to the nearest, halves away from zero."""
        if self.scale == 0:
            return values
        steps = values / np.float32(self.scale)
        rounded = np.trunc(steps + np.copysign(np.float32(0.5), steps)) + self.zero_point
        return np.clip(rounded, -128, 127).astype(np.int8)

    def real(self, values: NDArray[np.generic]) -> Floats:
        if self.scale == 0:
            return values.astype(np.float32)
        return ((values.astype(np.float32) - self.zero_point) * np.float32(self.scale)).astype(np.float32)


class NetworkFile:
    """A model file that the native program runs."""

    def __init__(self, program: Path, path: Path) -> None:
        self.program, self.path = program, path
        facts = json.loads(ask(program, "inspect", "--format", "json", path))
        self.facts: dict[str, Any] = facts
        self.input, self.outputs = port(facts["inputs"][0]), [port(output) for output in facts["outputs"]]

    def run(self, pictures: Pixels, folder: Path) -> dict[str, Floats]:
        """Each output's real values for pictures [n, size, size] of network pixels; arrays pass through `folder`."""
        values = self.input.stored((pictures.astype(np.float32) - np.float32(MEAN)) * np.float32(SCALE))
        np.save(folder / "input.npy", values[..., None])
        ask(self.program, "run", self.path, "--input", folder / "input.npy", "--output", folder / "output.npy")
        many = len(self.outputs) > 1
        return {
            output.name: output.real(np.load(folder / (f"output-{i}.npy" if many else "output.npy")))
            for i, output in enumerate(self.outputs)
        }


def port(facts: dict[str, Any]) -> Port:
    return Port(facts["name"], facts.get("scale", 0.0), facts.get("zero_point", 0))


Record = dict[str, Any]


def classify(program: Path, model: Path, files: list[Path], *options: object) -> list[Record]:
    """The records of image files, of those too that the gate would refuse."""
    listing = "".join(f"{file}\n" for file in files)
    asked = ("--model", model, "--format", "jsonl", "--force", *options, "-")
    return [json.loads(line) for line in ask(program, "classify", *asked, given=listing).splitlines()]


def classify_with_maps(
    program: Path, model: Path, files: list[Path], kind: str, label: str, folder: Path
) -> list[Record]:
    """And a map of each at every pixel of the image, SHA256-KIND.npy in the folder. `label`: explained, or ""."""
    maps = ("--heatmap", folder, "--map", kind, "--map-format", "npy")
    return classify(program, model, files, *maps, *(("--map-label", label) if label else ()))
