"""`python -m model export`: each trained network as ONNX with weights in half precision, float32 and int8 files.

A fold's int8 ranges come from images that it was trained on; so do the gate's statistics, which the int8 file measures.
"""

import copy
import io
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from model.batches import draw_epoch
from model.cache import write_whole
from model.config import Config
from model.dataset import Dataset, load_dataset, load_network_pictures
from model.native import NetworkFile, ask
from model.network import MEAN, SCALE, Network
from model.pictures import Pixels
from model.predict import load_network
from model.sources import LABELS
from model.unlike import Doubles, centres, texture, whitening
from model.views import VIEWS

OPSET = 17
OUTPUTS = ("logits", "lesion_map", "features")
CALIBRATION_IMAGES = 100
# A hundred images that the network has seen tell only gross failure: what int8 costs is measured out of fold.
LIMITS = ("--max-delta", "0.05", "--max-auc-lost", "0.03")


class Deployed(nn.Module):
    """What ships: logits [1, 2]; the lesion map's probabilities; for the gate, its texture, whitened."""

    def __init__(self, network: Network, weights: Doubles, bias: Doubles) -> None:
        super().__init__()
        self.network = copy.deepcopy(network).to(memory_format=torch.contiguous_format).eval()
        channels = self.network.lesion_map.fine.in_channels  # each depth has an int8 scale of its own
        self.fine, self.middle = dense(weights[:, :channels], bias), dense(weights[:, channels:], None)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        pooled, depths = self.network.pooled(x)
        features = self.fine(depths[0].mean((2, 3))) + self.middle(depths[1].mean((2, 3)))
        return self.network.fc(pooled), torch.sigmoid(self.network.lesion_map(*depths)), features


def dense(weights: Doubles, bias: Doubles | None) -> nn.Linear:
    layer = nn.Linear(weights.shape[1], weights.shape[0], bias=bias is not None)
    layer.weight = nn.Parameter(torch.from_numpy(weights.astype(np.float32)))
    if bias is not None:
        layer.bias = nn.Parameter(torch.from_numpy(bias.astype(np.float32)))
    return layer


def write_onnx(network: Network, weights: Doubles, bias: Doubles, size: int, path: Path) -> None:
    """Batch normalisation folded, weights in half precision: they are cast back before they are used."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own: it is to be replaced one day
        torch.onnx.export(
            Deployed(network, weights, bias).eval(),
            (torch.zeros(1, 1, size, size),),
            buffer,
            opset_version=OPSET,
            dynamo=False,
            input_names=["picture"],
            output_names=list(OUTPUTS),
        )
    model = onnx.load_from_string(buffer.getvalue())
    halve_weights(model)
    onnx.checker.check_model(model)
    write_whole(path, model.SerializeToString())


def halve_weights(model: Any) -> None:
    """Float32 constants of more than one axis become float16, each with a Cast behind it."""
    graph = model.graph
    casts = []
    for constant in graph.initializer:
        if constant.data_type != TensorProto.FLOAT or len(constant.dims) < 2:
            continue
        name = constant.name
        half = numpy_helper.to_array(constant).astype(np.float16)
        constant.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.cast", to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def bare_card(backbone: str, version: str) -> dict[str, Any]:
    """What every file of the network says of itself; fitted values come later."""
    return {
        "name": f"echolens-{backbone}",
        "version": version,
        "labels": list(LABELS),
        "preprocessing": {"fit": "letterbox", "padding_value": 0, "channels": 1, "mean": MEAN, "scale": SCALE},
        "head": {"kind": "factored", "logits": "logits"},
        "views": list(VIEWS),
        "lesion_map": "lesion_map",
    }


def convert(program: Path, source: Path, card: Path, output: Path, calibration: Path | None = None) -> None:
    """With calibration images, to int8. The class activation map is not kept: the lesion map points better."""
    quantise = ("--quantize", "int8", "--calibrate", calibration, *LIMITS) if calibration else ()
    ask(program, "convert", source, "--card", card, "--cam", "off", *quantise, "-o", output)


def write_calibration(dataset: Dataset, pictures: Pixels, rows: list[int], config: Config, folder: Path) -> Path:
    """Network pictures of some images that were trained on, by their share in training, as files and their table."""
    count = min(CALIBRATION_IMAGES, len(rows))
    drawn = draw_epoch(dataset, rows, config.data.sampling, count, np.random.default_rng(0))
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["file,label"]
    for i in sorted(set(drawn)):
        name = f"{dataset.rows[i].sha256}.png"
        if not cv2.imwrite(str(folder / name), pictures[i]):
            raise ValueError(f"'{folder / name}' could not be written")
        lines.append(f"{name},{dataset.rows[i].label}")
    table = folder / "calibration.csv"
    write_whole(table, ("\n".join(lines) + "\n").encode())
    return table


def export_fold(
    config: Config, dataset: Dataset, pictures: Pixels, run: Path, program: Path, fold: int, folder: Path
) -> None:
    """Leaves network.onnx, float32.tflite, int8.tflite, gate.json and the calibration images in the fold's folder."""
    trained, judged = dataset.split(fold, config.data.hold_out)
    if set(trained) & set(judged):
        raise ValueError(f"{folder}: an image is on both sides of the split")
    network = load_network(folder / "weights.pt", config.model.backbone).cpu()
    scanner = [dataset.rows[i].device for i in trained]
    weights, bias = whitening(texture(network, pictures, trained), scanner)
    write_onnx(network, weights, bias, config.model.size, folder / "network.onnx")
    card = folder / "bare-card.json"
    write_whole(card, json.dumps(bare_card(config.model.backbone, f"{run.name}, {folder.name}"), indent=1).encode())
    calibration = write_calibration(dataset, pictures, trained, config, folder / "calibration")
    convert(program, folder / "network.onnx", card, folder / "float32.tflite")
    convert(program, folder / "network.onnx", card, folder / "int8.tflite", calibration)
    with tempfile.TemporaryDirectory() as scratch:
        seen = NetworkFile(program, folder / "int8.tflite").run(np.asarray(pictures[trained]), Path(scratch))
    write_whole(folder / "gate.json", json.dumps(centres(seen["features"], scanner)).encode())


def export(config: Config, data: Path, run: Path, program: Path, folds: list[int] | None) -> None:
    """The folds, or all that are trained."""
    torch.set_num_threads(1)
    dataset = load_dataset(data)
    pictures = load_network_pictures(data, config.model.size)
    trained = [fold for fold in [*config.parts, config.everything] if (run / config.part_name(fold)).is_dir()]
    for fold in trained if folds is None else folds:
        folder = run / config.part_name(fold)
        if not (folder / "weights.pt").exists():
            raise ValueError(f"'{folder}' has no weights.pt: train it first")
        export_fold(config, dataset, pictures, run, program, fold, folder)
        size = (folder / "int8.tflite").stat().st_size
        print(f"{folder.name}: int8.tflite, {size / 1e6:.2f} MB", flush=True)
