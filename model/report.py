"""`python -m model report`: REPORT.md, CARD.md, the pictures, card.json and, where it is trained, the file that ships.

Every number comes from figures.json, the run's logs and the files themselves; none is typed by hand.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from model.cache import write_whole
from model.calibrate import ABROAD, SENSITIVITY, Judged
from model.card import card_text, full_card
from model.config import Config
from model.dataset import load_dataset
from model.drawings import draw_confusion, draw_curves, draw_decision, draw_errors, draw_reliability, draw_roc
from model.export import convert
from model.measure import POINTS, Figures, judged_out_of_fold, measure
from model.native import NetworkFile
from model.seed_figures import seed_figures
from model.sources import LABELS
from model.speed import speed
from model.summary import read_predictions
from model.tables import (
    at,
    by_table,
    cost_table,
    deletion_table,
    goals,
    goals_table,
    maps_table,
    number,
    plain_table,
    stranger_table,
)

TEMPLATES = Path(__file__).parent / "templates"


def times(run: Path) -> dict[str, Any]:
    """Wall and processor time of each network, and on what."""
    logs = [json.loads(path.read_text()) for path in sorted(run.glob("*/log.json"))]
    out: dict[str, Any] = {
        name: [sum(entry[name] for entry in log) for log in logs] for name in ("seconds", "cpu_seconds")
    }
    return out | {"device": sorted({entry["device"] for log in logs for entry in log})}


def provenance(config: Config, data: Path, run: Path) -> dict[str, Any]:
    facts = json.loads((data / "facts.json").read_text())
    time = times(run)
    return {
        **facts,
        "run": run.name,
        "backbone": config.model.backbone.capitalize(),
        "teachers": ", ".join(config.training.teachers) or "none",
        "device": ", ".join(time["device"]),
        "seed": config.training.seed,
        "size": config.model.size,
        "epochs": config.training.epochs,
        "pictures_an_epoch": config.training.steps * config.training.batch,
        "folds": config.data.folds,
        "networks": len(time["seconds"]),
        "hours": f"{sum(time['seconds']) / 3600:.2f}",
        "cpu_hours": f"{sum(time['cpu_seconds']) / 3600:.2f}",
    }


def judged_sets(judged: Judged) -> dict[str, Judged]:
    names = sorted({line["set"] for line in judged.lines})
    return {name: judged.part(np.array([line["set"] == name for line in judged.lines])) for name in names}


def report_text(figures: Figures, seed: Figures, facts: dict[str, Any], file: dict[str, Any]) -> str:
    busi, busbra = (figures["sets"].get(name, {}) for name in ("BUSI", "BUS-BRA"))
    met, missed = ([goal for goal in goals(figures, seed, file) if goal.met is side] for side in (True, False))
    open_ = [goal for goal in goals(figures, seed, file) if goal.met is None]
    return (
        (TEMPLATES / "report.md")
        .read_text()
        .format(
            goals=goals_table([*missed, *open_, *met]),
            counts=f"{len(met)} met, {len(missed)} missed, {len(open_)} not measured",
            discrimination=plain_table(
                ("figure", "this network", "seed network"),
                [
                    ("BUSI: AUC malignant against the rest", *pair(figures, seed, "auc/malignant_against_rest")),
                    ("BUSI: AUC malignant against benign", *pair(figures, seed, "auc/malignant_against_benign")),
                    ("BUSI: three classes, accuracy", *pair(figures, seed, "three_classes/accuracy")),
                    ("BUSI: three classes, macro-F1", *pair(figures, seed, "three_classes/macro_f1")),
                    ("BUSI: ECE of malignant, before temperature", *pair(figures, seed, "calibration/before/ece")),
                    ("BUSI: ECE of malignant, after", number(at(busi, "calibration/after/ece")), "–"),
                    ("BUSI: Brier score, before", *pair(figures, seed, "calibration/before/brier")),
                    ("BUSI: Brier score, after", number(at(busi, "calibration/after/brier")), "–"),
                    ("BUS-BRA: AUC by image", number(at(busbra, "auc/malignant_against_benign")), "–"),
                    ("BUS-BRA: AUC by patient", number(at(busbra, "auc/by_patient")), "–"),
                    (
                        "BUS-BRA: the readers' BI-RADS as a score, by patient",
                        number(at(busbra, "readers/auc_by_patient")),
                        "–",
                    ),
                    (
                        "BUS-BRA: ECE of malignant, before temperature",
                        number(at(busbra, "calibration/before/ece")),
                        "–",
                    ),
                    ("BUS-BRA: ECE of malignant, after", number(at(busbra, "calibration/after/ece")), "–"),
                    ("BUS-BRA: Brier score, after", number(at(busbra, "calibration/after/brier")), "–"),
                ],
            ),
            points=plain_table(
                ("set", "point", "sensitivity", "specificity", "missed", "false alarms"),
                [
                    (
                        name,
                        point,
                        number(at(of_set, f"points/{point}/sensitivity")),
                        number(at(of_set, f"points/{point}/specificity")),
                        str(of_set["points"][point]["missed"]),
                        str(of_set["points"][point]["false_alarms"]),
                    )
                    for name, of_set in figures["sets"].items()
                    for point in POINTS
                ],
            ),
            costs="\n\n".join(f"{name}:\n\n{cost_table(of_set)}" for name, of_set in figures["sets"].items()),
            transfer=stranger_table(figures["scanner_transfer"]),
            held_out=stranger_table(figures["held_out"]) if figures["held_out"] else "No such run was evaluated.",
            conformal=plain_table(
                ("set", *(f"covers {label}" for label in LABELS), "one class", "several", "none"),
                [
                    (
                        name,
                        *(number(at(of_set, f"conformal/coverage/{label}")) for label in LABELS),
                        *(
                            number(at(of_set, f"conformal/{key}"))
                            for key in ("one_class", "several_classes", "no_class")
                        ),
                    )
                    for name, of_set in figures["sets"].items()
                ],
            ),
            int8=plain_table(
                (
                    "set",
                    "AUC lost",
                    "other class",
                    *(f"other call, {point}" for point in POINTS),
                    "mean change",
                    "largest",
                ),
                [
                    (
                        name,
                        number(at(of_set, "int8/auc_lost"), 4),
                        number(at(of_set, "int8/changed_classes")),
                        *(number(at(of_set, f"int8/changed_calls/{point}")) for point in POINTS),
                        f"{of_set['int8']['mean_difference']:.4f}",
                        f"{of_set['int8']['largest_difference']:.3f}",
                    )
                    for name, of_set in figures["sets"].items()
                ],
            ),
            maps=maps_table(figures),
            deletion=deletion_table(figures),
            undercovered=undercovered(figures),
            by_label=by_table(figures, "by_label", "truth"),
            scanners=by_table(figures, "by_scanner", "scanner"),
            birads=by_table(figures, "by_birads", "BI-RADS"),
            histologies=by_table(figures, "by_histology", "histology"),
            refused=", ".join(f"{name} {number(of_set['gate_refused'])}" for name, of_set in figures["sets"].items()),
            level=f"{figures['shipped']['rule_out_level']:.3f}",
            wanted=f"{SENSITIVITY:.2f}",
            abroad=f"{ABROAD:.2f}",
            speed=speed_text(file),
            file_size=f"{file['megabytes']:.2f}" if file else "–",
            multiply_adds=f"{file['multiply_adds'] / 1e6:.0f}" if file else "–",
            **facts,
        )
    )


def undercovered(figures: Figures) -> str:
    """Classes whose whole interval lies below the coverage that is meant."""
    wanted = figures["together"]["conformal"]["wanted"]
    below = [
        f"{label} of {name} ({number(coverage)})"
        for name, of_set in figures["sets"].items()
        for label, coverage in of_set["conformal"]["coverage"].items()
        if coverage and coverage["upper"] < wanted
    ]
    return f"Not kept for {', '.join(below)}: one quantile serves both sets." if below else "Kept on each set."


def pair(figures: Figures, seed: Figures, path: str) -> tuple[str, str]:
    return number(at(figures, f"sets/BUSI/{path}")), number(at(seed, path))


def ship(run: Path, program: Path, output: Path) -> dict[str, Any]:
    """The network of everything with its whole card, and its source; what the file is like."""
    folder = run / "all"
    shutil.copyfile(folder / "network.onnx", output / "echolens.onnx")
    shipped = output / "echolens.tflite"
    convert(program, output / "echolens.onnx", output / "card.json", shipped, folder / "calibration/calibration.csv")
    facts = NetworkFile(program, shipped).facts
    size = {"megabytes": shipped.stat().st_size / 1e6, "multiply_adds": facts["multiply_adds"]}
    return {**size, "speed": speed(program, shipped)}


def speed_text(file: dict[str, Any]) -> str:
    if not file:
        return "There is no file yet to be timed."
    return (
        "An image takes the native program {total:.0f} ms on one core of an {processor}, {inference:.0f} of them for "
        "the network's views; 95 % of {readings} readings took at most {slowest:.0f} ms."
    ).format(**file["speed"])


def report(config: Config, data: Path, run: Path, program: Path, output: Path) -> None:
    table = run / "out_of_fold.csv"
    if not table.exists():
        raise ValueError(f"'{table}' is not there: evaluate first")
    lines = read_predictions(table)
    figures = measure(lines)
    output.mkdir(parents=True, exist_ok=True)
    (output / "figures").mkdir(exist_ok=True)
    shutil.copyfile(table, output / "out_of_fold.csv")
    write_whole(output / "figures.json", (json.dumps(figures, indent=1) + "\n").encode())
    draw(figures, judged_sets(judged_out_of_fold(lines)[0]), data, run, output / "figures")

    facts = provenance(config, data, run)
    card = card_text(figures, facts)
    write_whole(output / "CARD.md", card.encode())
    exported = (run / "all" / "gate.json").exists()
    gate = json.loads((run / "all" / "gate.json").read_text()) if exported else None
    whole_card = full_card(figures, config.model.backbone, card, gate)
    write_whole(output / "card.json", (json.dumps(whole_card, indent=1) + "\n").encode())
    file = ship(run, program, output) if exported else {}
    write_whole(output / "REPORT.md", report_text(figures, seed_figures(), facts, file).encode())
    print(output / "REPORT.md")


def draw(figures: Figures, sets: dict[str, Judged], data: Path, run: Path, folder: Path) -> None:
    draw_roc(sets, figures, folder / "roc.svg")
    draw_reliability(sets, folder / "reliability.svg")
    draw_decision(sets, folder / "decision.svg")
    draw_curves(run, folder / "curves.svg")
    if counts := at(figures, "sets/BUSI/three_classes/confusion"):
        draw_confusion(counts, folder / "confusion.svg")
    if "BUS-BRA" in sets:
        draw_errors(sets["BUS-BRA"], load_dataset(data), folder / "errors.png")
