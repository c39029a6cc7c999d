"""tests/data/seed: LiteRT's logits from the seed network's model files, for the pictures of tests/data/keras/seed.

    python -m tests.record.seed

To record again whenever the files of model/seed change.
"""

import numpy as np
from numpy.typing import NDArray

from tests.record.reference import DATA, input_details, run

ENLARGED = 8  # the pictures are kept small
MODELS = DATA.parents[1] / "model/seed"


def stored(model: bytes, pixels: NDArray[np.uint8]) -> NDArray[np.float32] | NDArray[np.int8]:
    """Pixels as the model's input stores them."""
    (detail,) = input_details(model)
    if detail["dtype"] == np.float32:
        return pixels.astype(np.float32)
    scale, zero_point = detail["quantization"]
    steps = np.floor(pixels.astype(np.float32) / np.float32(scale) + np.float32(0.5)) + zero_point
    return np.clip(steps, -128, 127).astype(np.int8)


def main() -> None:
    coarse = np.load(DATA / "keras/seed.input-0.npy")
    pictures = coarse.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
    (DATA / "seed").mkdir(exist_ok=True)
    for name in ("seed", "seed-int8"):
        model = (MODELS / f"{name}.tflite").read_bytes()
        answers = [run(model, [stored(model, picture[None])])[0][0] for picture in pictures]
        np.save(DATA / f"seed/{name}.npy", np.stack(answers))


if __name__ == "__main__":
    main()
