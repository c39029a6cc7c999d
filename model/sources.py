"""What the public sets BUSI (Al-Dhabyani et al. 2020) and BUS-BRA (Gómez-Flores et al. 2023) say of their images."""

import csv
from dataclasses import dataclass
from pathlib import Path

LABELS = ("normal", "benign", "malignant")


@dataclass
class Source:
    """One image as its set describes it."""

    set: str  # "BUSI", "BUS-BRA"
    file: Path
    masks: list[Path]  # of lesions; a picture of a normal breast may have an empty one
    label: int  # index into LABELS
    device: str  # the scanner; the set's name where it does not say
    case: str = ""  # the patient, where the set says
    birads: str = ""
    histology: str = ""


def read_busi(folder: Path) -> list[Source]:
    """index.csv: file, label. Masks stand beside the images, a lesion each: NAME_mask.png, NAME_mask_1.png …"""
    sources = []
    with (folder / "index.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            image = folder / row["file"]
            masks = sorted(p for p in image.parent.iterdir() if p.name.startswith(f"{image.stem}_mask"))
            sources.append(Source("BUSI", image, masks, LABELS.index(row["label"]), "BUSI"))
    return sources


def read_busbra(folder: Path) -> list[Source]:
    """bus_data.csv: ID, Case, Histology, Pathology, BIRADS, Device; two views of a case are of one patient."""
    sources = []
    with (folder / "bus_data.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            image = folder / "Images" / f"{row['ID']}.png"
            mask = folder / "Masks" / f"{row['ID'].replace('bus', 'mask')}.png"
            device = row["Device"].split(" @")[0]
            label = LABELS.index(row["Pathology"])
            sources.append(
                Source("BUS-BRA", image, [mask], label, device, row["Case"], row["BIRADS"], row["Histology"])
            )
    return sources


def read_sources(root: Path) -> list[Source]:
    """Of the sets that lie in the folder `root`."""
    sources = []
    for name, read in (("Dataset_BUSI_with_GT", read_busi), ("BUSBRA", read_busbra)):
        if (root / name).is_dir():
            sources += read(root / name)
    if not sources:
        raise ValueError(f"'{root}' holds neither Dataset_BUSI_with_GT nor BUSBRA")
    return sources
