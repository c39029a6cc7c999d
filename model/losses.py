"""What training makes small."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from model.batches import Batch
from model.config import Loss
from model.network import Answer


def total_loss(answer: Answer, batch: Batch, taught: Answer | None, settings: Loss) -> Tensor:
    """'Is there a lesion' over all, 'is it malignant' over lesions, the lesion map over all. `taught`: probabilities,
    which the truth gives way to in part."""
    lesion = batch.labels > 0
    truth = torch.stack([smoothed(batch.labels >= n, settings.smoothing) for n in (1, 2)], dim=1)
    masks = batch.masks.float() / 255
    if taught:
        truth = truth.lerp(taught.logits, settings.taught)
        masks = masks.lerp(taught.lesion_map[:, 0], settings.taught)
    each = F.binary_cross_entropy_with_logits(answer.logits.float(), truth, reduction="none")
    weight = torch.where(batch.has_normals, 1.0, settings.lesion_only_sets)
    found = (each[:, 0] * weight).sum() / weight.sum()
    malignant = (each[:, 1] * lesion).sum() / lesion.sum().clamp(min=1)
    map_ = answer.lesion_map[:, 0].float()
    where = settings.lesion_map * map_loss(map_, masks) + settings.pointing * pointing_loss(map_, batch.masks)
    return settings.lesion * found + malignant + where


def smoothed(truth: Tensor, smoothing: float) -> Tensor:
    """Szegedy et al. 2016, "Rethinking the Inception Architecture": label smoothing."""
    return truth.float() * (1 - smoothing) + smoothing / 2


def map_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy and soft Dice (Milletari et al. 2016, "V-Net"), of a map without lesion too."""
    map_ = torch.sigmoid(logits)
    overlap = 2 * (map_ * truth).sum((1, 2)) + 1
    dice = overlap / (map_.sum((1, 2)) + truth.sum((1, 2)) + 1)
    return 2 * F.binary_cross_entropy_with_logits(logits, truth) + 1 - dice.mean()


def pointing_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """How likely a place drawn by the map (softmax over it) lies beside the lesion: what the pointing game asks. As
    -log of its share inside, mean over the pictures that show a lesion; `masks` are uint8."""
    inside = masks.flatten(1) > 127
    places = F.log_softmax(logits.flatten(1), dim=1)
    share = places.masked_fill(~inside, -1e4).logsumexp(1)
    shown = inside.any(1)
    return -(share * shown).sum() / shown.sum().clamp(min=1)
