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
from model.calibrate import DISTANCE, Temperatures, logits
from model.calibrate import probabilities as read_head
from model.config import read_run_config
from model.dataset import Dataset, load_dataset, load_network_pictures
from model.decides import COLUMNS as DECIDES
from model.decides import add_activation, add_occlusion
from model.measure import measure
from model.native import Floats, NetworkFile, classify
from model.pictures import Pixels
from model.predict import VIEWS, judge_map
from model.sources import LABELS
from model.summary import Line, read_predictions
from model.unlike import distance

FACTS = ("sha256", "set", "group", "case", "fold", "label", "device", "birads", "histology")
LOGITS = tuple(
    f"{kind}{view}{question}_logit"
    for kind in ("", "float_")
    for view in ("", "mirror_")
    for question in ("lesion", "malignant")
)
MAP = ("map_inside", "centre_inside", "mask_share", "dice", *DECIDES)
COLUMNS = (*FACTS, "held_out", *LOGITS, *LABELS, *MAP)
CHECKED = 8  # images that `classify` reads from their files


def look(file: NetworkFile, pictures: Pixels, folder: Path) -> list[dict[str, Floats]]:
    """The outputs for each view of VIEWS; the mirrored lesion map turned back."""
    answers = []
    for view in VIEWS:
        mirrored = view == "mirror"
        answer = file.run(pictures[:, :, ::-1] if mirrored else pictures, folder)
        if mirrored:
            answer["lesion_map"] = answer["lesion_map"][:, :, ::-1]
        answers.append(answer)
    return answers


def judge_rows(
    dataset: Dataset, pictures: Pixels, rows: list[int], folder: Path, program: Path, held_out: str
) -> list[dict[str, Any]]:
    """Lines of the table, by the files in a fold's folder. Probabilities come later: they need what is fitted."""
    chosen = np.asarray(pictures[rows])
    with tempfile.TemporaryDirectory() as scratch:
        int8, float32 = (
            look(NetworkFile(program, folder / f"{kind}.tflite"), chosen, Path(scratch)) for kind in ("int8", "float32")
        )
    gate = json.loads((folder / "gate.json").read_text())
    off = {  # of the view that lies further off
        scanner: np.max([distance(answer["features"], centre) for answer in int8], axis=0)
        for scanner, centre in gate.items()
    }
    lesion = np.mean([answer["lesion_map"][..., 0] for answer in int8], axis=0)
    values = np.concatenate([answer["logits"] for answer in (*int8, *float32)], axis=1)
    lines = []
    for n, i in enumerate(rows):
        row = dataset.rows[i]
        line: dict[str, Any] = {name: getattr(row, name) for name in FACTS} | {"held_out": held_out}
        line |= dict(zip(LOGITS, (f"{value:.6f}" for value in values[n]), strict=True))
        line |= {DISTANCE + scanner: f"{values[n]:.4f}" for scanner, values in off.items()}
        lines.append(line | judge_map(lesion[n], dataset.masks[i], row.box))
    add_activation(dataset, pictures, rows, folder, lines)
    return lines


def judge_fold(data: Path, run: Path, program: Path, sets: Path | None, fold: int) -> list[dict[str, Any]]:
    """Lines of the images that a fold's network has not seen; occlusion maps where their files (`sets`) are at hand."""
    torch.set_num_threads(1)
    config = read_run_config(run / "config.json")
    folder = run / config.part_name(fold)
    if not (folder / "gate.json").exists():
        raise ValueError(f"'{folder}' holds no exported network: train and export every fold first")
    dataset = load_dataset(data)
    pictures = load_network_pictures(data, config.model.size)
    rows = dataset.split(fold, config.data.hold_out)[1]
    lines = judge_rows(dataset, pictures, rows, folder, program, ", ".join(config.data.hold_out))
    if sets and not config.data.hold_out:
        add_occlusion(dataset, pictures, rows, folder, program, sets, lines)
    print(f"{run.name}, {folder.name}: {len(rows)} images", flush=True)
    return lines


def judge_run(
    data: Path, run: Path, program: Path, held_out_only: bool, sets: Path | None, jobs: int
) -> list[dict[str, Any]]:
    """All folds of a run, `jobs` at a time."""
    config = read_run_config(run / "config.json")
    if held_out_only != bool(config.data.hold_out):
        raise ValueError(f"'{run}': its data.hold_out is {config.data.hold_out}")
    judge = partial(judge_fold, data, run, program, sets)
    if jobs == 1:
        return [line for fold in config.parts for line in judge(fold)]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        return [line for lines in pool.map(judge, config.parts) for line in lines]


def check_classify(data: Path, run: Path, program: Path, lines: list[Line], sets: Path) -> float:
    """The largest difference between `classify` on image files and the logits of `run`; an error over 1e-4."""
    files = {row.sha256: row.file for row in load_dataset(data).rows}
    some = [lines[i] for i in np.linspace(0, len(lines) - 1, min(CHECKED, len(lines))).astype(int)]
    largest = 0.0
    for fold in sorted({line["fold"] for line in some}):
        part = [line for line in some if line["fold"] == fold]
        paths = [sets / files[line["sha256"]] for line in part]
        answers = classify(program, run / f"fold-{fold}" / "int8.tflite", paths, LABELS)
        largest = max(largest, float(np.abs(answers - read_head(logits(part), Temperatures())).max()))
    if largest > 1e-4:
        raise ValueError(f"`classify` on files is {largest:.6f} off `run` on network pictures")
    return largest


def write_table(path: Path, lines: list[dict[str, Any]]) -> None:
    text = io.StringIO(newline="")
    distances = sorted({name for line in lines for name in line if name.startswith(DISTANCE)})
    writer = csv.DictWriter(text, (*COLUMNS, *distances), restval="")
    writer.writeheader()
    writer.writerows(lines)
    write_whole(path, text.getvalue().encode())


def evaluate(data: Path, run: Path, held_out: list[Path], program: Path, sets: Path | None, jobs: int) -> None:
    """Writes out_of_fold.csv and figures.json into the run's folder."""
    from model.measure import judged_out_of_fold

    lines = judge_run(data, run, program, False, sets, jobs)
    for other in held_out:
        lines += judge_run(data, other, program, True, None, jobs)
    table = run / "out_of_fold.csv"
    write_table(table, lines)
    written = read_predictions(table)
    if sets:
        largest = check_classify(data, run, program, [line for line in written if not line["held_out"]], sets)
        print(f"classify on image files: at most {largest:.1e} off")
    for judged in judged_out_of_fold(written):
        for line, p in zip(judged.lines, judged.p, strict=True):
            line |= dict(zip(LABELS, (f"{value:.6f}" for value in p), strict=True))
    write_table(table, list(written))
    figures = measure(read_predictions(table))
    write_whole(run / "figures.json", (json.dumps(figures, indent=1) + "\n").encode())
    print(table, run / "figures.json", sep="\n")
