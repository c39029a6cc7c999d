"""What is fitted on predictions and measured from them, on made-up ones."""

import functools
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

from model import calibrate
from model.drawings import rates
from model.evaluate import write_table
from model.figures import estimate, roc_area
from model.measure import judged_out_of_fold, measure, share
from model.native import Port
from model.sources import LABELS
from model.summary import Line, groups, read_predictions
from model.tables import goals
from model.unlike import DIRECTIONS, centres, distance, whitening
from model.views import VIEWS, prefix
from tests.training.made_up_predictions import make_lines

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "model/out_of_fold.csv"


class Fitting(unittest.TestCase):
    def test_the_temperature_that_made_the_labels_is_found(self) -> None:
        rng = np.random.default_rng(0)
        exact = rng.normal(0, 2, 20000)
        truth = rng.random(20000) < calibrate.logistic(exact)
        found = calibrate.fit_temperature(np.stack([exact * 1.7, exact * 1.7]), truth)
        self.assertAlmostEqual(found, 1.7, delta=0.1)
        self.assertEqual(calibrate.fit_temperature(exact[None], np.ones(20000, bool)), 1)

    def test_a_threshold_is_the_largest_that_finds_enough(self) -> None:
        rng = np.random.default_rng(1)
        for count in (1, 7, 20, 133):
            score, malignant = rng.random(2 * count), np.arange(2 * count) < count
            for wanted in (0.5, 0.95, 0.99):
                found = [t for t in score if (score[malignant] >= t).mean() >= wanted - 1e-12 and t in score[malignant]]
                self.assertEqual(calibrate.threshold_of(score, malignant, wanted), max(found))

    def test_youdens_threshold_is_the_best_of_all(self) -> None:
        rng = np.random.default_rng(2)
        malignant = rng.random(200) < 0.3
        score = np.round(rng.random(200) + malignant * 0.4, 2).astype(np.float64)

        def index(threshold: float) -> float:
            return float((score[malignant] >= threshold).mean() + (score[~malignant] < threshold).mean())

        self.assertAlmostEqual(index(calibrate.youden(score, malignant)), max(map(index, score)), 12)

    def test_the_drawn_curve_has_the_area_that_is_told(self) -> None:
        rng = np.random.default_rng(4)
        truth = rng.random(300) < 0.4
        score = np.round(rng.random(300) + 0.3 * truth, 1).astype(np.float64)  # with ties
        passed, found = rates(score, truth)
        self.assertEqual((passed[0], found[0], passed[-1], found[-1]), (0, 0, 1, 1))
        self.assertAlmostEqual(float(np.trapezoid(found, passed)), roc_area(score, truth), 12)

    def test_the_margin_is_as_wide_as_a_scanner_needs(self) -> None:
        def lines(device: str, lower: float, held_out: str = "") -> list[Line]:
            """200 malignant ones, and as many benign ones of the same scores."""
            logit = np.tile(np.linspace(-3, 3, 200) - lower, 2)
            fields = {f"{prefix(view)}{question}_logit" for view in VIEWS for question in ("lesion", "malignant")}
            return [
                {
                    "device": device,
                    "held_out": held_out,
                    "label": LABELS[2 if n < 200 else 1],
                    **dict.fromkeys(fields, str(value)),
                }
                for n, value in enumerate(logit)
            ]

        level = functools.partial(calibrate.rule_out_level, temperatures=calibrate.Temperatures())
        known = lines("a", 0) + lines("b", 0)
        self.assertEqual(level(known, []), 0.95)
        self.assertEqual(level(lines("a", 0), []), 0.995)  # one scanner tells nothing of another
        self.assertGreater(level(lines("a", 0) + lines("b", 0.1), []), 0.95)
        self.assertEqual(level(known, lines("b", 0, "b")), 0.95)
        strange = lines("b", 0.15, "b")  # of a network that has not seen this scanner: 5 of the 200 more fall below
        wide = level(known, strange)
        self.assertGreater(wide, 0.95)
        p = [
            calibrate.probabilities(calibrate.logits(part), calibrate.Temperatures())[:200, 2]
            for part in (known, strange)
        ]
        for tried, met in ((wide, True), (wide - 0.005, False)):
            threshold = calibrate.threshold_of(p[0], np.ones(200, bool), tried)
            self.assertIs(bool((p[1] >= threshold).mean() >= calibrate.ABROAD), met)
        self.assertEqual(level(known, lines("b", 3, "b")), 0.995)

    def test_conformal_sets_hold_each_class_as_often_as_they_say(self) -> None:
        rng = np.random.default_rng(3)
        truth = rng.choice(3, 20000, p=[0.1, 0.6, 0.3])
        p = rng.dirichlet([1, 1, 1], 20000) + 0.4 * np.eye(3)[truth]
        p /= p.sum(axis=1, keepdims=True)
        quantiles = calibrate.conformal_quantiles(p[:10000], truth[:10000])
        kept = 1 - p[10000:] <= quantiles
        for label in range(3):
            self.assertAlmostEqual(kept[truth[10000:] == label, label].mean(), 0.9, delta=0.03)
        self.assertEqual(calibrate.conformal_quantiles(p[:1], np.array([1])), [1, 1, 1])

    def test_nothing_is_fitted_on_what_it_judges(self) -> None:
        lines = make_lines()
        before = judged_out_of_fold(lines)
        for line in lines:
            if line["fold"] == "2":  # of held-out runs too
                line["malignant_logit"] = "9.0"
        after = judged_out_of_fold(lines)[0]
        self.assertEqual(before[0].fits["2"], after.fits["2"])
        self.assertNotEqual(before[0].fits["1"], after.fits["1"])
        for line in lines:
            if line["device"] == "GE Logiq 7":
                line["lesion_logit"] = line["malignant_logit"] = "-5.0"
        held_out = judged_out_of_fold(lines)[1]
        again = judged_out_of_fold([line for line in lines if line["held_out"] or line["device"] != "GE Logiq 7"])[1]
        self.assertEqual(held_out.fits, again.fits)

    def test_shares_have_the_intervals_of_estimates(self) -> None:
        lines = make_lines()[:150]
        flags = np.arange(150) % 3 == 0
        quick = share(flags, lines)
        slow = estimate(lambda weight: float(np.average(flags, weights=weight)), groups(lines))
        assert quick
        for name in ("value", "lower", "upper"):
            self.assertAlmostEqual(quick[name], getattr(slow, name), delta=0.015)

    def test_the_gate_lets_in_a_scanner_that_it_does_not_know(self) -> None:
        lines = [line for line in make_lines() if not line["held_out"]]
        scanners = sorted({line["device"] for line in lines})
        threshold = calibrate.fit_gate(lines, scanners)
        refused = []
        for name in scanners:
            part = [line for line in lines if line["device"] == name]
            off = calibrate.gate_distance(part, [other for other in scanners if other != name])
            refused.append(float((off > threshold).mean()))
        self.assertLessEqual(max(refused), 0.01)
        self.assertGreater(max(refused), 0)
        alone = [line for line in lines if line["device"] == "BUSI"]
        self.assertLess(calibrate.fit_gate(alone, ["BUSI"]), threshold)
        self.assertEqual(calibrate.gate_distance(alone, [])[0], np.inf)

    def test_whitened_features_lie_as_far_off_as_they_have_directions(self) -> None:
        rng = np.random.default_rng(0)
        mixed = rng.normal(size=(80, 80)) * np.geomspace(0.01, 10, 80)
        scanner = ["a"] * 1000 + ["b"] * 1000
        features = rng.normal(size=(2000, 80)) @ mixed + np.repeat([[0.0], [5.0]], 1000, axis=0)
        weights, bias = whitening(features, scanner)
        self.assertEqual(weights.shape, (DIRECTIONS, 80))
        seen = (features @ weights.T + bias).astype(np.float32)
        self.assertAlmostEqual(float(np.abs(seen.mean(axis=0)).max()), 0, places=3)
        by_scanner = centres(seen, scanner)
        self.assertEqual(list(by_scanner), ["a", "b"])
        own = distance(seen[:1000], by_scanner["a"])
        self.assertAlmostEqual(float(own.mean()) / DIRECTIONS, 1, delta=0.05)
        strange = (rng.normal(size=(100, 80)) * 10 @ weights.T + bias).astype(np.float32)
        nearest = np.minimum(*(distance(strange, centre) for centre in by_scanner.values()))
        self.assertGreater(float(nearest.min()), float(own.max()))

    def test_every_figure_follows_from_the_table_alone(self) -> None:
        lines = make_lines()
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "out_of_fold.csv"
            write_table(table, lines)
            command = [sys.executable, "-m", "model", "figures", "--predictions", str(table)]
            printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            figures = measure(read_predictions(table))
        self.assertEqual(json.loads(printed), figures)
        busbra = figures["sets"]["BUS-BRA"]
        self.assertEqual(busbra["images"], {"normal": 0, "benign": 160, "malignant": 120})
        point = busbra["points"]["rule-out"]
        self.assertAlmostEqual(point["sensitivity"]["value"], 1 - point["missed"] / 120, 4)
        self.assertEqual(set(figures["scanner_transfer"]), {"BUSI", "GE Logiq 5", "GE Logiq 7"})
        self.assertEqual(set(figures["held_out"]), {"GE Logiq 7"})
        self.assertEqual(sum(map(sum, figures["sets"]["BUSI"]["three_classes"]["confusion"])), 150)
        self.assertGreater(busbra["auc"]["by_patient"]["value"], busbra["auc"]["malignant_against_rest"]["value"])
        reached = {goal.title: goal.met for goal in goals(figures, {}, {"megabytes": 4.0, "multiply_adds": 7e8})}
        self.assertIs(reached["model file"], True)
        self.assertIs(reached["a view"], False)
        self.assertIs(reached["BUSI left out of training, AUC on it"], None)

    @unittest.skipUnless(SHIPPED.exists(), "no network is shipped yet")
    def test_the_shipped_figures_follow_from_the_shipped_table(self) -> None:
        figures = json.loads((ROOT / "model/figures.json").read_text())
        self.assertEqual(measure(read_predictions(SHIPPED)), figures)

    def test_inputs_are_rounded_as_the_engine_does(self) -> None:
        port = Port("picture", 0.5, -1)
        values = np.array([0.25, -0.25, 0.24, 0.75, 1000, -1000], np.float32)
        self.assertEqual(port.stored(values).tolist(), [0, -2, -1, 1, 127, -128])
        self.assertEqual(port.real(np.array([-1, 1], np.int8)).tolist(), [0, 1])
        self.assertIs(Port("picture", 0.0, 0).stored(values), values)
