"""Makes the two model files of the seed network with the native program: float32, and the int8 one that ships.

    python model/seed/convert.py --data ../shared/data --program build/native/echolens

The int8 ranges come from 100 images of the shipped network's training split, so that the test split stays unseen.
"""

import argparse
import csv
import subprocess
import tempfile
from pathlib import Path

from data import LABELS

HERE = Path(__file__).parent
TEST_FOLD = "0"


def main() -> None:
    parser = argparse.ArgumentParser(description="Convert seed.keras.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds Dataset_BUSI_with_GT")
    parser.add_argument("--program", type=Path, required=True)
    options = parser.parse_args()

    source = [options.program, "convert", HERE / "seed.keras", "--name", "seed", "--version", "1"]
    source += ["--labels", ",".join(LABELS)]
    subprocess.run([*source, "-o", HERE / "seed.tflite"], check=True)

    folder = (options.data / "Dataset_BUSI_with_GT").resolve()
    with (HERE / "out_of_fold.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["fold"] != TEST_FOLD]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(["file", "label"])
        writer.writerows([folder / row["file"], row["label"]] for row in rows)
        table.flush()
        int8 = ["--quantize", "int8", "--calibrate", table.name, "-o", HERE / "seed-int8.tflite"]
        subprocess.run([*source, *int8], check=True)


if __name__ == "__main__":
    main()
