"""`python -m model predict`: what each fold's network says of the images it has not seen: of each as it is and
mirrored, and of its close-up likewise."""

import csv
import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from model.cache import write_whole
from model.close_up import cut_out, find_close_up
from model.config import Config
from model.dataset import Dataset, Row, load_dataset, load_network_pictures
from model.memory import keep_memory
from model.network import CHANNELS_LAST, DEVICE, Network, in_batches, network_input
from model.pictures import Pixels
from model.sources import LABELS

Floats = NDArray[np.float32]
COLUMNS = (
    "sha256", "set", "file", "group", "case", "fold", "label", "device", "birads", "histology",
    "lesion_logit", "malignant_logit", "mirror_lesion_logit", "mirror_malignant_logit",
    "close_up_lesion_logit", "close_up_malignant_logit",
    "close_up_mirror_lesion_logit", "close_up_mirror_malignant_logit",
    *LABELS, "map_inside", "centre_inside", "mask_share", "dice",
)  # fmt: skip


def views(network: Network, pictures: Pixels, rows: list[int]) -> tuple[Floats, Floats]:
    """Logits [2, n, 2] and lesion-map logits [2, n, h, w], as it is and mirrored, the maps turned back."""
    network.eval()
    logits: list[list[Any]] = [[], []]
    maps: list[list[Any]] = [[], []]
    with torch.inference_mode():
        for chosen in in_batches(pictures, rows):
            for mirrored in (False, True):
                answer = network(network_input(chosen.flip(2) if mirrored else chosen))
                logits[mirrored].append(answer.logits.cpu().numpy())
                lesion_map = answer.lesion_map[:, 0].cpu()
                maps[mirrored].append((lesion_map.flip(2) if mirrored else lesion_map).numpy())
    return np.stack([np.concatenate(part) for part in logits]), np.stack([np.concatenate(part) for part in maps])


def activations(network: Network, pictures: Pixels, rows: list[int]) -> Floats:
    """Class activation maps [n, h, w] of the malignant logit, the mean of both views."""
    network.eval()
    out: list[Any] = []
    with torch.inference_mode():
        for chosen in in_batches(pictures, rows):
            both = (network.activation(network_input(view))[:, 1] for view in (chosen, chosen.flip(2)))
            plain, mirrored = both
            out.append(((plain + mirrored.flip(2)) / 2).cpu().numpy())
    return np.concatenate(out)


def probabilities(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """[n, 3] of normal, benign, malignant from logits [..., n, 2]; the mean where there are several views."""
    lesion, malignant = np.moveaxis(1 / (1 + np.exp(-np.asarray(logits, float))), -1, 0)
    each = np.stack([1 - lesion, lesion * (1 - malignant), lesion * malignant], axis=-1)
    return each.reshape(-1, *each.shape[-2:]).mean(axis=0)


def judge_map(lesion_map: Floats, mask: Pixels) -> dict[str, Any]:
    """A probability map over the image, of whatever size, against the true lesion: does its maximum lie inside, does
    the image's middle, what share of it is lesion (chance), and Dice at .5. Nothing of an image without lesion."""
    truth = mask > 127
    if not truth.any():
        return {}
    large = cv2.resize(lesion_map, truth.shape[::-1], interpolation=cv2.INTER_LINEAR)
    y, x = np.unravel_index(int(large.argmax()), large.shape)
    found = large >= 0.5
    return {
        "map_inside": int(truth[y, x]),
        "centre_inside": int(truth[truth.shape[0] // 2, truth.shape[1] // 2]),
        "mask_share": round(float(truth.mean()), 4),
        "dice": round(float(2 * (truth & found).sum() / (truth.sum() + found.sum())), 4),
    }


def prediction(row: Row, logits: Floats, lesion_map: Floats, mask: Pixels) -> dict[str, Any]:
    """One line of predictions.csv; `logits` [views, 2], `lesion_map` probabilities, `mask` as stored."""
    out: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS[:10]}
    out |= dict(zip(COLUMNS[10:18], (f"{value:.5f}" for value in logits.ravel()), strict=True))
    p = probabilities(logits[:, None])[0]
    out |= dict(zip(LABELS, (f"{value:.6f}" for value in p), strict=True))
    left, top, right, bottom = row.box
    stored = np.asarray(cv2.resize(lesion_map, mask.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    return out | judge_map(stored[top:bottom, left:right], mask[top:bottom, left:right])


def close_ups(dataset: Dataset, rows: list[int], lesion: Floats, size: int) -> Pixels:
    """[n, size, size]: what the lesion maps point at."""
    side = dataset.pictures.shape[1]
    regions = [find_close_up(lesion[n], dataset.rows[i].box, side) for n, i in enumerate(rows)]
    return np.stack([cut_out(dataset.image(i)[0], region, size) for i, region in zip(rows, regions, strict=True)])


def predict_fold(network: Network, dataset: Dataset, pictures: Pixels, rows: list[int]) -> list[dict[str, Any]]:
    whole, maps = views(network, pictures, rows)
    lesion = torch.sigmoid(torch.from_numpy(maps)).mean(0).numpy()
    close, _ = views(network, close_ups(dataset, rows, lesion, pictures.shape[1]), list(range(len(rows))))
    logits = np.concatenate([whole, close])
    return [prediction(dataset.rows[i], logits[:, n], lesion[n], dataset.masks[i]) for n, i in enumerate(rows)]


def load_network(path: Path, backbone: str) -> Network:
    network = Network(backbone)
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return network.to(DEVICE, memory_format=CHANNELS_LAST)


def predict(config: Config, data: Path, run: Path, folds: list[int]) -> Path:
    """Writes predictions.csv of the folds into the run's folder."""
    keep_memory()
    torch.set_num_threads(1)
    dataset = load_dataset(data)
    pictures = load_network_pictures(data, config.model.size)
    lines: list[dict[str, Any]] = []
    for fold in folds:
        network = load_network(run / config.part_name(fold) / "weights.pt", config.model.backbone)
        rows = dataset.split(fold, config.data.hold_out)[1]
        lines += predict_fold(network, dataset, pictures, rows)
        print(f"fold {fold}: {len(rows)} images", flush=True)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(lines)
    path = run / "predictions.csv"
    write_whole(path, text.getvalue().encode())
    return path
