"""`python -m model prepare`: images as the engine prepares them, groups, folds, hashes."""

import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from model.cache import write_whole
from model.config import Config
from model.dataset import Row, write_rows
from model.groups import connected, contradictory, deal_folds, near_duplicates
from model.pictures import Picture, Pixels, as_pixels, preprocess
from model.sources import LABELS, Source, read_sources


def thumbnail(picture: Picture, side: int) -> Pixels:
    """The image without the letterbox, both sides scaled to `side`."""
    left, top, right, bottom = picture.box
    return as_pixels(cv2.resize(picture.read()[top:bottom, left:right], (side, side), interpolation=cv2.INTER_AREA))


def lesion_mask(masks: list[Picture], side: int) -> Pixels:
    """All lesions of an image, 0 or 255."""
    out = np.zeros((side, side), np.uint8)
    for mask in masks:
        out[mask.read() > 127] = 255
    return out


def read_pictures(
    sources: list[Source], program: Path, side: int, folder: Path
) -> tuple[list[Picture], list[list[Picture]]]:
    """Each source's picture and those of its masks."""
    files = [file for source in sources for file in (source.file, *source.masks)]
    pictures = iter(preprocess(program, files, side, folder))
    taken = [(next(pictures), [next(pictures) for _ in source.masks]) for source in sources]
    for source, (image, masks) in zip(sources, taken, strict=True):
        if any((mask.width, mask.height) != (image.width, image.height) for mask in masks):
            raise ValueError(f"'{source.file}' and its mask differ in size")
    return [image for image, _ in taken], [masks for _, masks in taken]


def prepare(config: Config, data: Path, program: Path, folder: Path) -> None:
    """Writes index.csv, facts.json and the pixels (pictures, masks, network-SIDE .npy) into `folder`."""
    settings = config.data
    sources = read_sources(data)
    print(f"{len(sources)} images: {dict(Counter(source.set for source in sources))}", flush=True)
    images, masks = read_pictures(sources, program, settings.stored_side, folder / "stored")

    thumbnails = np.stack([thumbnail(image, settings.thumbnail_side) for image in images])
    alike = near_duplicates(thumbnails, settings.same)
    labels = np.array([source.label for source in sources])
    dropped = contradictory(connected(alike), labels)
    cases = np.array([source.case or f"image {i}" for i, source in enumerate(sources)])
    groups = connected(alike | (cases[:, None] == cases[None, :]))
    kept = np.flatnonzero(~dropped)
    strata = [f"{sources[i].device} {LABELS[sources[i].label]}" for i in kept]
    folds = deal_folds(groups[kept], strata, settings.folds, settings.seed)

    rows = [
        Row(
            sources[i].set,
            sources[i].file.relative_to(data).as_posix(),
            images[i].sha256,
            LABELS[sources[i].label],
            sources[i].device,
            sources[i].case,
            sources[i].birads,
            sources[i].histology,
            int(groups[i]),
            int(fold),
            images[i].width,
            images[i].height,
            *images[i].box,
        )
        for i, fold in zip(kept, folds, strict=True)
    ]
    side = settings.stored_side
    np.save(folder / "pictures.npy", np.stack([images[i].read() for i in kept]))
    np.save(folder / "masks.npy", np.stack([lesion_mask(masks[i], side) for i in kept]))
    shutil.rmtree(folder / "stored")
    for side in settings.network_sides:
        pictures = preprocess(program, [sources[i].file for i in kept], side, folder / "network")
        np.save(folder / f"network-{side}.npy", np.stack([picture.read() for picture in pictures]))
    shutil.rmtree(folder / "network")
    write_rows(folder / "index.csv", rows)
    facts = {
        "images": len(sources),
        "used": len(rows),
        "contradictory": int(dropped.sum()),
        "repeats": len(sources) - len(set(connected(alike).tolist())),
        "across_sets": across_sets(alike, sources),
        "groups": len({row.group for row in rows}),
        "by_set_and_label": dict(sorted(Counter(f"{row.set} {row.label}" for row in rows).items())),
        "by_fold": [sum(row.fold == fold for row in rows) for fold in range(settings.folds)],
        "sha256": hashlib.sha256("".join(sorted(row.sha256 for row in rows)).encode()).hexdigest(),
    }
    write_whole(folder / "facts.json", (json.dumps(facts, indent=2) + "\n").encode())
    print(json.dumps(facts, indent=2))


def across_sets(alike: np.ndarray, sources: list[Source]) -> int:
    """Pairs of near-duplicates from two sets."""
    names = np.array([source.set for source in sources])
    return int(np.triu(alike & (names[:, None] != names[None, :])).sum())
