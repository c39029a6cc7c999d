"""`python -m model train`: a network a fold, from ImageNet weights; goes on from the last whole epoch."""

import copy
import io
import json
import math
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from model.batches import Batch, epoch_batches
from model.cache import write_whole
from model.config import Config, read_run_config
from model.dataset import Dataset, load_dataset, load_network_pictures
from model.figures import roc_area
from model.losses import total_loss
from model.memory import keep_memory
from model.network import CHANNELS_LAST, DEVICE, ON_GPU, Answer, Network, network_input, pretrained
from model.predict import load_network, probabilities, views
from model.replay import Replayed


class Trainer:
    """Network, its moving average and optimiser, and the way they are kept."""

    def __init__(self, config: Config) -> None:
        self.settings = config.training
        torch.manual_seed(self.settings.seed)
        self.network = pretrained(config.model).to(DEVICE, memory_format=CHANNELS_LAST)
        self.average = copy.deepcopy(self.network).eval()
        groups = self.parameter_groups()
        self.rates = [group["lr"] for group in groups]
        if ON_GPU:  # all that a step takes lies on the GPU, for it to be replayed
            groups = [group | {"lr": torch.tensor(group["lr"], device=DEVICE)} for group in groups]
        self.optimiser = torch.optim.AdamW(groups, fused=ON_GPU, capturable=ON_GPU)
        self.share = torch.zeros((), device=DEVICE)  # of the new weights in the moving average
        pairs = zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True)
        self.kept, self.new = zip(*((a, b) for a, b in pairs if a.dtype.is_floating_point), strict=True)
        self.epoch = self.step = 0
        self.log: list[dict[str, Any]] = []

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Head and decoder learn faster; biases and normalisation do not decay."""
        settings = self.settings
        groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for name, parameter in self.network.named_parameters():
            if not parameter.requires_grad:
                continue
            new = name.startswith(("fc.", "lesion_map."))
            groups.setdefault((new, parameter.ndim > 1), []).append(parameter)
        return [
            {
                "params": parameters,
                "lr": settings.head_rate if new else settings.backbone_rate,
                "weight_decay": settings.weight_decay if decays else 0.0,
            }
            for (new, decays), parameters in groups.items()
        ]

    def set_rates(self) -> None:
        """Linear warm-up times a cosine over all steps; the moving average starts as a plain mean."""
        settings = self.settings
        warm_up = min(1.0, (self.step + 1) / max(settings.warm_up_epochs * settings.steps, 1))
        cosine = 0.5 + 0.5 * math.cos(math.pi * self.step / (settings.epochs * settings.steps))
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            now = rate * warm_up * cosine
            if ON_GPU:
                group["lr"].fill_(now)
            else:
                group["lr"] = now
        self.share.fill_(1 - min(settings.average, (1 + self.step) / (10 + self.step)))

    def update_average(self) -> None:
        """Statistics of the normalisation too."""
        with torch.no_grad():
            change = torch._foreach_sub(self.new, self.kept)
            torch._foreach_mul_(change, self.share)
            torch._foreach_add_(self.kept, change)

    def save(self, path: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "epoch": self.epoch,
            "step": self.step,
            "log": self.log,
        }
        save_state(path, state)

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location=DEVICE, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.epoch, self.step, self.log = state["epoch"], state["step"], state["log"]


def save_state(path: Path, state: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_whole(path, buffer.getvalue())


def answer_of(network: Network, x: torch.Tensor) -> Answer:
    """On a GPU most of it in half precision, which is what a GPU is made for."""
    with torch.autocast(DEVICE.type, torch.bfloat16, enabled=ON_GPU):
        return network(x)


def mean_answer(teachers: list[Network], x: torch.Tensor) -> Answer | None:
    """Probabilities, in the place of the logits; None without teachers."""
    if not teachers:
        return None
    with torch.no_grad():
        answers = [answer_of(teacher, x) for teacher in teachers]
        logits, maps = (
            torch.stack([torch.sigmoid(value.float()) for value in part]).mean(dim=0)
            for part in ([a.logits for a in answers], [a.lesion_map for a in answers])
        )
    return Answer(logits, maps)


Step = Callable[..., torch.Tensor]


def step_of(trainer: Trainer, teachers: list[Network], config: Config) -> Step:
    """Takes the parts of a batch, changes weights and average, returns the loss."""

    def step(*parts: torch.Tensor) -> torch.Tensor:
        batch = Batch(*parts)
        pictures = network_input(batch.pictures)
        taught = mean_answer(teachers, pictures)
        loss = total_loss(answer_of(trainer.network, pictures), batch, taught, config.loss)
        trainer.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trainer.network.parameters(), config.training.clip)
        trainer.optimiser.step()
        trainer.update_average()
        return loss.detach()

    return step


def train_epoch(trainer: Trainer, step: Step, dataset: Dataset, rows: list[int], config: Config, fold: int) -> float:
    """One pass; the mean loss."""
    settings = config.training
    key = np.random.SeedSequence([settings.seed, fold, trainer.epoch])
    torch.manual_seed(int(key.generate_state(1)[0]))  # dropout and dropped paths
    trainer.network.train()
    losses: list[Any] = []
    started = time.monotonic()
    for batch in epoch_batches(dataset, rows, config, fold, trainer.epoch):
        trainer.set_rates()
        losses.append(step(*batch.to(DEVICE).parts))
        trainer.step += 1
        if len(losses) % 10 == 0:
            pace = len(losses) * settings.batch / (time.monotonic() - started)
            left = (settings.epochs * settings.steps - trainer.step) * settings.batch / pace / 60
            print(
                f"fold {fold}, epoch {trainer.epoch + 1} of {settings.epochs}, step {len(losses)} of {settings.steps}: "
                f"loss {float(sum(losses)) / len(losses):.4f}, {pace:.1f} images a second, {left:.0f} minutes left",
                flush=True,
            )
    return float(sum(losses)) / len(losses)


def validate(network: Network, dataset: Dataset, pictures: Any, rows: list[int]) -> dict[str, float]:
    """AUC of malignant against benign by set, to look at."""
    malignant = probabilities(views(network, pictures, rows)[0])[:, 2]
    out = {}
    for name in sorted({dataset.rows[i].set for i in rows}):
        at = [n for n, i in enumerate(rows) if dataset.rows[i].set == name and dataset.rows[i].label_number > 0]
        truth = [dataset.rows[rows[n]].label_number == 2 for n in at]
        out[f"AUC {name}"] = round(roc_area(malignant[at], truth), 4)
    return out


def load_teacher(run: Path, part: str) -> Network:
    """Of the same images: a teacher that has seen the others would tell what is to be judged."""
    weights = run / part / "weights.pt"
    if not weights.exists():
        raise ValueError(f"training.teachers: '{weights}' is not there: train it first")
    return load_network(weights, read_run_config(run / "config.json").model.backbone).eval()


def train_fold(config: Config, data: Path, run: Path, fold: int) -> None:
    """Leaves fold-N/weights.pt (the moving average) and fold-N/log.json; fold-N/checkpoint.pt until then."""
    keep_memory()
    torch.set_num_threads(1)  # two folds at a time are faster than two threads
    torch.use_deterministic_algorithms(not ON_GPU)  # a GPU's bilinear gradients add up in any order
    folder = run / config.part_name(fold)
    if (folder / "weights.pt").exists():
        print(f"fold {fold}: done before", flush=True)
        return
    dataset = load_dataset(data)
    pictures = load_network_pictures(data, config.model.size)
    rows, judged = dataset.split(fold, config.data.hold_out)
    trainer = Trainer(config)
    teachers = [load_teacher(run.parent / name, config.part_name(fold)) for name in config.training.teachers]
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        trainer.load(checkpoint)
        print(f"fold {fold}: goes on after epoch {trainer.epoch}", flush=True)
    step = step_of(trainer, teachers, config)
    if ON_GPU:
        step = Replayed(step)
    settings = config.training
    while trainer.epoch < settings.epochs:
        started, cpu = time.monotonic(), time.process_time()
        loss = train_epoch(trainer, step, dataset, rows, config, fold)
        trainer.epoch += 1
        entry: dict[str, Any] = {"epoch": trainer.epoch, "loss": round(loss, 5)}
        looks = trainer.epoch % settings.validate_every == 0 or trainer.epoch == settings.epochs
        if looks and judged:
            entry |= validate(trainer.average, dataset, pictures, judged)
        entry |= {
            "device": torch.cuda.get_device_name() if ON_GPU else "CPU",
            "seconds": round(time.monotonic() - started, 1),
            "cpu_seconds": round(time.process_time() - cpu, 1),
        }
        trainer.log.append(entry)
        trainer.save(checkpoint)
        write_whole(folder / "log.json", (json.dumps(trainer.log, indent=1) + "\n").encode())
        print(f"fold {fold}: {json.dumps(entry)}", flush=True)
    save_state(folder / "weights.pt", trainer.average.state_dict())
    checkpoint.unlink()


def train(config: Config, data: Path, run: Path, folds: list[int], jobs: int) -> None:
    """Folds, `jobs` at a time, a process and a core each. A run keeps the configuration it began with."""
    text = json.dumps(config.as_dict(), indent=2) + "\n"
    kept = run / "config.json"
    if kept.exists() and kept.read_text() != text:
        raise ValueError(f"'{run}' was begun with another configuration: take another name, or remove it")
    write_whole(kept, text.encode())
    tasks = [(config, data, run, fold) for fold in folds]
    if jobs == 1:
        for task in tasks:
            train_fold(*task)
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        for done in [pool.submit(train_fold, *task) for task in tasks]:
            done.result()
