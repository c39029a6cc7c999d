"""Made-up images in the layout of the public sets: dark ellipses (malignant ones ragged) in speckle."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def scan(label: str, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
    """An image and the mask of its lesion."""
    height, width = int(rng.integers(90, 140)), int(rng.integers(100, 160))
    y, x = np.mgrid[:height, :width]
    # A coarse ground, so that thumbnails of two images differ.
    ground = np.asarray(Image.fromarray(rng.integers(60, 200, (5, 6), np.uint8)).resize((width, height)), float)
    middle = np.array([height, width]) * rng.uniform(0.35, 0.65, 2)
    reach = rng.uniform(12, 22, 2)
    angle = np.arctan2(y - middle[0], x - middle[1])
    ragged = 1 + (0.3 * np.sin(9 * angle) if label == "malignant" else 0)
    lesion = ((y - middle[0]) / reach[0]) ** 2 + ((x - middle[1]) / reach[1]) ** 2 < ragged**2
    if label == "normal":
        lesion = np.zeros_like(lesion)
    grey = np.where(lesion, 25, ground) * rng.gamma(8, 1 / 8, (height, width))
    return np.clip(grey, 0, 255).astype(np.uint8), lesion.astype(np.uint8) * 255


def save(path: Path, pixels: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def make_sets(root: Path, each: int) -> None:
    """BUSI with `each` images a label, one of them there twice (mirrored) and one under two labels; BUS-BRA with `each`
    patients of two views a label."""
    rng = np.random.default_rng(0)
    busi = root / "Dataset_BUSI_with_GT"
    rows = []

    def add(label: str, number: int, image: Pixels, mask: Pixels) -> None:
        name = f"{label}/{label} ({number}).png"
        save(busi / name, image)
        save(busi / f"{label}/{label} ({number})_mask.png", mask)
        rows.append((name, label))

    for label in ("normal", "benign", "malignant"):
        for number in range(1, each + 1):
            add(label, number, *scan(label, rng))
    twice, contradicted = scan("benign", rng), scan("benign", rng)
    add("benign", each + 1, *twice)
    add("benign", each + 2, *(np.ascontiguousarray(pixels[:, ::-1]) for pixels in twice))
    add("benign", each + 3, *contradicted)
    add("malignant", each + 1, *contradicted)
    write_table(busi / "index.csv", ("file", "label"), rows)

    table = []
    for case in range(2 * each):
        label = ("benign", "malignant")[case % 2]
        device = ("GE Logiq 5 @10-12MHz", "GE Logiq 7 @10-14MHz")[case // 2 % 2]
        for side in "lr":
            image, mask = scan(label, rng)
            save(root / f"BUSBRA/Images/bus_{case:04}-{side}.png", image)
            save(root / f"BUSBRA/Masks/mask_{case:04}-{side}.png", mask)
            table.append((f"bus_{case:04}-{side}", case, "made up", label, 4, device))
    write_table(root / "BUSBRA/bus_data.csv", ("ID", "Case", "Histology", "Pathology", "BIRADS", "Device"), table)


def write_table(path: Path, head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
