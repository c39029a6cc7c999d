"""`python -m model evaluate`: every image by the int8 file of the network that has not seen it, run by the native
program; out_of_fold.csv, and the figures that follow from it."""

import csv
import io
import json
import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from model.cache import write_whole
from model.calibrate import DISTANCE
from model.config import read_run_config
from model.dataset import Dataset, load_dataset, load_network_pictures
from model.decides import COLUMNS as DECIDES
from model.decides import add_activation, add_occlusion
from model.measure import measure
from model.native import NetworkFile, Record, classify, classify_with_maps
from model.pictures import Pixels
from model.predict import judge_map, load_network
from model.sources import LABELS
from model.summary import read_predictions
from model.unlike import distance
from model.views import VIEWS, prefix

FACTS = ("sha256", "set", "group", "case", "fold", "label", "device", "birads", "histology")
LOGITS = tuple(
    f"{kind}{prefix(view)}{question}_logit"
    for kind in ("", "float_")
    for view in VIEWS
    for question in ("lesion", "malignant")
)
MAP = ("map_inside", "centre_inside", "mask_share", "dice", *DECIDES)
COLUMNS = (*FACTS, "held_out", *LOGITS, *LABELS, *MAP)


def logits_of(record: Record) -> list[float]:
    """Of VIEWS, one after another."""
    seen = {view["view"]: view["logits"] for view in record["views"]}
    return [logit for view in VIEWS for logit in seen[view]]


def judge_rows(
    dataset: Dataset, pictures: Pixels, rows: list[int], folder: Path, program: Path, sets: Path, held_out: str
) -> list[dict[str, Any]]:
    """Lines of the table, by the files in a fold's folder: what `classify` answers to the image files. Probabilities
    come later: they need what is fitted."""
    files = [sets / dataset.rows[i].file for i in rows]
    gate = json.loads((folder / "gate.json").read_text())
    lines: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:  # its maps: half a gigabyte
        scratch = Path(name)
        features = NetworkFile(program, folder / "int8.tflite").run(np.asarray(pictures[rows]), scratch)["features"]
        off = {scanner: distance(features, centre) for scanner, centre in gate.items()}
        int8 = classify_with_maps(program, folder / "int8.tflite", files, "lesion", "", scratch)
        float32 = classify(program, folder / "float32.tflite", files)
        for n, i in enumerate(rows):
            row = dataset.rows[i]
            line: dict[str, Any] = {name: getattr(row, name) for name in FACTS} | {"held_out": held_out}
            values = [*logits_of(int8[n]), *logits_of(float32[n])]
            line |= dict(zip(LOGITS, (f"{value:.6f}" for value in values), strict=True))
            line |= {DISTANCE + scanner: f"{distances[n]:.4f}" for scanner, distances in off.items()}
            lines.append(line | judge_map(np.load(scratch / f"{row.sha256}-lesion.npy"), dataset.image(i)[1]))
    return lines


def judge_fold(data: Path, run: Path, program: Path, sets: Path, fold: int) -> list[dict[str, Any]]:
    """Lines of the images that a fold's network has not seen, files in `sets`."""
    torch.set_num_threads(1)
    config = read_run_config(run / "config.json")
    folder = run / config.part_name(fold)
    if not (folder / "gate.json").exists():
        raise ValueError(f"'{folder}' holds no exported network: train and export every fold first")
    dataset = load_dataset(data)
    pictures = load_network_pictures(data, config.model.size)
    rows = dataset.split(fold, config.data.hold_out)[1]
    lines = judge_rows(dataset, pictures, rows, folder, program, sets, ", ".join(config.data.hold_out))
    if not config.data.hold_out:
        add_activation(dataset, pictures, rows, load_network(folder / "weights.pt", config.model.backbone), lines)
        add_occlusion(dataset, rows, folder, program, sets, lines)
    print(f"{run.name}, {folder.name}: {len(rows)} images", flush=True)
    return lines


def judge_run(data: Path, run: Path, program: Path, held_out_only: bool, sets: Path, jobs: int) -> list[dict[str, Any]]:
    """All folds of a run, `jobs` at a time."""
    config = read_run_config(run / "config.json")
    if held_out_only != bool(config.data.hold_out):
        raise ValueError(f"'{run}': its data.hold_out is {config.data.hold_out}")
    judge = partial(judge_fold, data, run, program, sets)
    if jobs == 1:
        return [line for fold in config.parts for line in judge(fold)]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        return [line for lines in pool.map(judge, config.parts) for line in lines]


def write_table(path: Path, lines: list[dict[str, Any]]) -> None:
    text = io.StringIO(newline="")
    distances = sorted({name for line in lines for name in line if name.startswith(DISTANCE)})
    writer = csv.DictWriter(text, (*COLUMNS, *distances), restval="")
    writer.writeheader()
    writer.writerows(lines)
    write_whole(path, text.getvalue().encode())


def evaluate(data: Path, run: Path, held_out: list[Path], program: Path, sets: Path, jobs: int) -> None:
    """Writes out_of_fold.csv and figures.json into the run's folder."""
    from model.measure import judged_out_of_fold

    lines = judge_run(data, run, program, False, sets, jobs)
    for other in held_out:
        lines += judge_run(data, other, program, True, sets, jobs)
    table = run / "out_of_fold.csv"
    write_table(table, lines)
    written = read_predictions(table)
    for judged in judged_out_of_fold(written):
        for line, p in zip(judged.lines, judged.p, strict=True):
            line |= dict(zip(LABELS, (f"{value:.6f}" for value in p), strict=True))
    write_table(table, list(written))
    figures = measure(read_predictions(table))
    write_whole(run / "figures.json", (json.dumps(figures, indent=1) + "\n").encode())
    print(table, run / "figures.json", sep="\n")
