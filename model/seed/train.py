"""Trains the seed network and writes everything the report rests on.

    python model/seed/train.py --data ../shared/data --seed 0

Five grouped folds give out-of-fold predictions of every image (out_of_fold.csv); the network of the first fold is the
one that ships (seed.keras), so the first fold is its test split. `report.py` turns the numbers into REPORT.md.
"""

import argparse
import csv
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from data import LABELS, SIDE, folds, load
from figures import draw_confusion, draw_curves
from network import BATCH, EPOCHS, train

FOLDS = 5
HERE = Path(__file__).parent


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the seed network.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds Dataset_BUSI_with_GT")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()

    dataset = load(options.data)
    cases = dataset.cases
    fold = folds(cases, FOLDS, options.seed)
    pictures = np.stack([case.picture for case in cases])
    labels = np.array([case.label for case in cases])
    print(f"{dataset.images} images, {len(cases)} after dropping contradictory groups", flush=True)

    probabilities = np.zeros((len(cases), len(LABELS)))
    histories = []
    for number in range(FOLDS):
        print(f"fold {number + 1} of {FOLDS}", flush=True)
        inside, outside = fold != number, fold == number
        model, history = train(
            pictures[inside], labels[inside], (pictures[outside], labels[outside]), options.seed + number
        )
        histories.append(history)
        probabilities[outside] = softmax(model.predict(pictures[outside][..., None].astype(np.float32), verbose=0))
        if number == 0:
            model.compile()  # without the optimiser's state
            model.save(options.out / "seed.keras", include_optimizer=False)
            parameters = model.count_params()

    with (options.out / "out_of_fold.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "group", "fold", "label", *LABELS])
        for case, number, row in zip(cases, fold, probabilities, strict=True):
            writer.writerow([case.file, case.group, number, LABELS[case.label], *(f"{p:.6f}" for p in row)])
    figures = options.out / "figures"
    figures.mkdir(exist_ok=True)
    draw_curves(histories, figures / "curves.png")
    counts = np.zeros((len(LABELS), len(LABELS)), int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1)), 1)
    draw_confusion(counts, figures / "confusion.png")
    facts = {
        "images": dataset.images,
        "duplicates": dataset.duplicates,
        "contradictory": dataset.contradictory,
        "used": len(cases),
        "folds": FOLDS,
        "seed": options.seed,
        "epochs": EPOCHS,
        "batch": BATCH,
        "side": SIDE,
        "parameters": parameters,
        "cpu_seconds": round(time.process_time()),
        "train_accuracy": [round(history["accuracy"][-1], 4) for history in histories],
    }
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main()
