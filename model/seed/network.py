"""The student's network: convolutions, max-pooling, flatten, dense; Adam and sparse categorical cross-entropy."""

import numpy as np
from data import LABELS, SIDE
from keras import Model, Sequential, callbacks, layers, losses, optimizers, utils

EPOCHS = 30
BATCH = 32


def build() -> Sequential:
    """Input: grey pixels 0 ... 255, [1, SIDE, SIDE, 1]. Output: logits, one a label."""
    return Sequential(
        [
            layers.Input((SIDE, SIDE, 1), name="image"),
            layers.Rescaling(1 / 255, name="rescale"),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="conv1"),
            layers.MaxPooling2D(name="pool1"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="conv2"),
            layers.MaxPooling2D(name="pool2"),
            layers.Conv2D(64, 3, padding="same", activation="relu", name="conv3"),
            layers.MaxPooling2D(name="pool3"),
            layers.Conv2D(64, 3, padding="same", activation="relu", name="conv4"),
            layers.MaxPooling2D(name="pool4"),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.4, name="dropout"),
            layers.Dense(48, activation="relu", name="dense"),
            layers.Dense(len(LABELS), name="logits"),
        ],
        name="seed",
    )


class Pictures(utils.PyDataset):
    """Batches in a new order every epoch, each picture mirrored left to right half of the time (never upside down)."""

    def __init__(self, pictures: np.ndarray, labels: np.ndarray, seed: int) -> None:
        super().__init__()
        self.pictures, self.labels = pictures, labels
        self.rng = np.random.default_rng(seed)
        self.order = self.rng.permutation(len(labels))

    def __len__(self) -> int:
        return -(-len(self.labels) // BATCH)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rows = self.order[index * BATCH : (index + 1) * BATCH]
        batch = self.pictures[rows].astype(np.float32)
        mirror = self.rng.random(len(rows)) < 0.5
        batch[mirror] = batch[mirror, :, ::-1]
        return batch[..., None], self.labels[rows]

    def on_epoch_end(self) -> None:
        self.order = self.rng.permutation(len(self.labels))


def train(
    pictures: np.ndarray, labels: np.ndarray, held_out: tuple[np.ndarray, np.ndarray], seed: int
) -> tuple[Model, dict[str, list[float]]]:
    """Trains a fixed number of epochs (no choice is made on the held-out part); returns the model and its curves."""
    utils.set_random_seed(seed)
    model = build()
    steps = EPOCHS * -(-len(labels) // BATCH)
    model.compile(
        optimizers.Adam(optimizers.schedules.CosineDecay(1e-3, steps)),
        losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    counts = np.bincount(labels, minlength=len(LABELS))
    weights = {i: len(labels) / (len(LABELS) * int(n)) for i, n in enumerate(counts)}
    history = model.fit(
        Pictures(pictures, labels, seed),
        validation_data=(held_out[0][..., None].astype(np.float32), held_out[1]),
        epochs=EPOCHS,
        class_weight=weights,
        verbose=0,
        callbacks=[callbacks.LambdaCallback(on_epoch_end=show_progress)],
    )
    return model, history.history


def show_progress(epoch: int, logs: dict[str, float]) -> None:
    end = "\n" if epoch + 1 == EPOCHS else ""
    print(f"\r  epoch {epoch + 1}/{EPOCHS}, loss {logs['loss']:.3f}", end=end, flush=True)
