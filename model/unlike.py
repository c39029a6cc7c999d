"""The gate in feature space: how far an image lies from those of each scanner that the network was trained on.

After Lee et al. 2018, "A Simple Unified Framework for Detecting Out-of-Distribution Samples", with scanners in the
place of classes, and features of the network's middle: its end knows what matters for lesions, not what ultrasound is.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf

from model.native import Floats
from model.network import Network, in_batches, network_input
from model.pictures import Pixels

Doubles = NDArray[np.float64]
Centre = dict[str, list[float]]
DIRECTIONS = 64


def texture(network: Network, pictures: Pixels, rows: list[int]) -> Doubles:
    """Means over the picture of the feature maps at every eighth and every sixteenth pixel, [n, channels of both]."""
    network.eval()
    out: list[Any] = []
    with torch.inference_mode():
        for chosen in in_batches(pictures, rows):
            fine, middle, _ = network.features(network_input(chosen))[1]
            out.append(torch.cat([fine.mean((2, 3)), middle.mean((2, 3))], dim=1).cpu().numpy())
    return np.concatenate(out).astype(np.float64)


def whitening(features: Doubles, scanner: list[str]) -> tuple[Doubles, Doubles]:
    """Weights [DIRECTIONS, n] and bias: random directions of a space in which the features of one scanner's images vary
    alike everywhere. So few tell nearly as much as all, and have one int8 scale."""
    names = np.array(scanner)
    within = np.concatenate([part - part.mean(axis=0) for part in (features[names == name] for name in set(scanner))])
    spread = within.std(axis=0) + 1e-9
    values, vectors = np.linalg.eigh(ledoit_wolf(within / spread)[0])
    white = (vectors / np.sqrt(values)) @ vectors.T / spread
    chosen = np.linalg.qr(np.random.default_rng(0).normal(size=(len(white), DIRECTIONS)))[0]
    weights = chosen.T @ white
    return weights, -weights @ features.mean(axis=0)


def centres(features: Floats, scanner: list[str]) -> dict[str, Centre]:
    """By scanner: mean and inverse covariance, shrunk by Ledoit and Wolf 2004, "A well-conditioned estimator"."""
    names, out = np.array(scanner), {}
    for name in sorted(set(scanner)):
        part = features[names == name].astype(np.float64)
        inverse = np.linalg.inv(ledoit_wolf(part)[0])
        out[name] = {"mean": part.mean(axis=0).tolist(), "inverse_covariance": inverse.ravel().tolist()}
    return out


def distance(features: Floats, centre: Centre) -> Doubles:
    """Squared Mahalanobis distance, as the engine takes it."""
    mean = np.array(centre["mean"])
    inverse = np.array(centre["inverse_covariance"]).reshape(len(mean), len(mean))
    off = features.astype(np.float64) - mean
    return np.asarray(np.einsum("ni,ij,nj->n", off, inverse, off))
