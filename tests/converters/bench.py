"""python -m tests.converters.bench ECHOLENS FOLDER

Seconds and megabytes of `echolens convert` against TensorFlow's converter on the same Keras files, whole processes, in
turns. The verification that `convert` always does, and TensorFlow never, stands apart. Prints lines; fails nothing.
"""

import dataclasses
import re
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from tests.converters.networks import NETWORKS, ROOT, application, lite0_in_keras, pictures

ROUNDS = 3
IMAGES = 100


@dataclasses.dataclass
class Cost:
    seconds: float
    megabytes: float
    verification: float = 0


def cost(*arguments: str | Path) -> Cost:
    words = [sys.executable, "-m", "tests.converters.measure", *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit(done.stderr)
    seconds, megabytes = map(float, done.stdout.splitlines()[-1].split())
    verified = re.search(r"verified in ([\d.]+) s", done.stdout)
    return Cost(seconds, megabytes, float(verified[1]) if verified else 0)


def middle(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def compare(
    title: str, ours: list[str | Path], theirs: list[str | Path], seconds: float, megabytes: float | None
) -> None:
    mine, peer = [], []
    for _ in range(ROUNDS):
        mine.append(cost(*ours))
        peer.append(cost(*theirs))
    own = [one.seconds - one.verification for one in mine]
    most = max(one.megabytes for one in mine)
    met = statistics.median(own) <= seconds and (megabytes is None or most <= megabytes)
    goal = f"{seconds:g} s" + (f" and {megabytes:g} MB" if megabytes else "")
    print(
        f"{title}: {middle(own)} s and {most:.0f} MB, goal {goal}: {'met' if met else 'MISSED'}; verification "
        f"{middle([one.verification for one in mine])} s; TensorFlow {middle([one.seconds for one in peer])} s and "
        f"{max(one.megabytes for one in peer):.0f} MB; time, verification included, "
        f"{middle([a.seconds / b.seconds for a, b in zip(mine, peer, strict=True)])} times TensorFlow's",
        flush=True,
    )


def noise_images(folder: Path) -> list[Path]:
    """Pictures of ultrasound's size; the time they take does not depend on what they show."""
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng(0)
    paths = [folder / f"{i}.png" for i in range(IMAGES)]
    for path in paths:
        Image.fromarray(random.integers(0, 256, (471, 562), np.uint8)).save(path)
    return paths


def main() -> None:
    program, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    lite0, resnet50 = folder / "lite0.keras", folder / "resnet50.keras"
    lite0_in_keras().save(lite0)
    application(dataclasses.replace(NETWORKS["resnet50"], side=224)).save(resnet50)
    images = noise_images(folder / "images")
    np.save(folder / "samples.npy", pictures(NETWORKS["lite0"], images))

    def convert(source: Path, *more: str | Path) -> list[str | Path]:
        return [program, "convert", source, "-o", folder / "ours.tflite", "--cam", "off", *more]

    def tensorflow(source: Path, *more: str | Path) -> list[str | Path]:
        return [sys.executable, "-m", "tests.converters.tensorflow_int8", source, folder / "theirs.tflite", *more]

    pixels = '{"channels": 3, "mean": 127, "scale": 0.0078125}'
    int8: list[str | Path] = [
        "--quantize",
        "int8",
        "--calibrate",
        folder / "images",
        "--preprocess",
        pixels,
        "--min-snr",
        "0",
    ]
    compare("EfficientNet-Lite0, float32", convert(lite0), tensorflow(lite0), 1, 200)
    compare(
        f"EfficientNet-Lite0, int8 on {IMAGES} images",
        convert(lite0, *int8),
        tensorflow(lite0, folder / "samples.npy"),
        30,
        None,
    )
    compare("ResNet50 at 224 px, float32", convert(resnet50), tensorflow(resnet50), 3, 500)


if __name__ == "__main__":
    main()
