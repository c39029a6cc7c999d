"""Which images belong together, and on which side of a split they stand."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def near_duplicates(thumbnails: NDArray[np.uint8], same: float) -> NDArray[np.bool_]:
    """[n, n]: thumbnails [n, side, side] that correlate over `same`, as they are or one of them mirrored."""
    flat = thumbnails.reshape(len(thumbnails), -1).astype(np.float64)
    flat = flat - flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    mirrored = flat.reshape(thumbnails.shape)[:, :, ::-1].reshape(flat.shape)
    alike: NDArray[np.bool_] = np.maximum(flat @ flat.T, flat @ mirrored.T) > same
    return alike


def connected(linked: NDArray[np.bool_]) -> Ints:
    """One number a component of a symmetric relation: that of its first member."""
    linked = linked | np.eye(len(linked), dtype=bool)
    group = np.arange(len(linked))
    while True:
        smallest = np.where(linked, group[None, :], len(group)).min(axis=1)
        if (smallest == group).all():
            return group
        group = smallest


def contradictory(group: Ints, label: Ints) -> NDArray[np.bool_]:
    """Members of groups whose labels differ."""
    labels = defaultdict(set)
    for number, value in zip(group.tolist(), label.tolist(), strict=True):
        labels[number].add(value)
    return np.array([len(labels[number]) > 1 for number in group.tolist()])


def deal_folds(group: Ints, strata: list[str], count: int, seed: int) -> Ints:
    """A fold an image: whole groups, dealt out stratum by stratum to the fold with the fewest images of it.

    `strata`: of each image; a group belongs to its first member's.
    """
    rng = np.random.default_rng(seed)
    members: dict[int, list[int]] = defaultdict(list)
    for i, number in enumerate(group.tolist()):
        members[number].append(i)
    fold = np.zeros(len(group), np.int64)
    for stratum in sorted(set(strata)):
        numbers = sorted(number for number, images in members.items() if strata[images[0]] == stratum)
        sizes = np.zeros(count, np.int64)
        for number in rng.permutation(numbers).tolist():
            smallest = int(sizes.argmin())
            fold[members[number]] = smallest
            sizes[smallest] += len(members[number])
    return fold
