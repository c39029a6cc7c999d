"""Markdown tables of the figures, and the goals with what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from model.calibrate import RULE_OUT
from model.measure import POINTS, PREVALENCES, Figures

FEWEST = 10  # images of a value that gets a row


def at(figures: Any, path: str) -> Any:
    """A figure by its path; None where it is not there."""
    for key in path.split("/"):
        if not isinstance(figures, dict) or key not in figures:
            return None
        figures = figures[key]
    return figures


def number(figure: Figures | None, places: int = 3) -> str:
    if figure is None:
        return "–"
    value, lower, upper = (f"{figure[name]:.{places}f}" for name in ("value", "lower", "upper"))
    return f"{value} ({lower} – {upper})"


def plain_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True)
class Goal:
    """`met` is None where it was not measured."""

    title: str
    wanted: str
    reached: str
    seed: str
    met: bool | None


def goals(figures: Figures, seed: Figures, file: dict[str, Any]) -> list[Goal]:
    out: list[Goal] = []

    def add(title: str, path: str, least: float | None = None, most: float | None = None, seed_path: str = "") -> None:
        figure = at(figures, path)
        limit = least if least is not None else most
        met = None if figure is None else figure["value"] >= limit if least is not None else figure["value"] <= limit
        wanted = f"{'≥' if least is not None else '≤'} {limit}"
        out.append(Goal(title, wanted, number(figure), number(at(seed, seed_path)), met))

    for_seed = "auc/malignant_against_benign"
    add("BUSI malignant against benign, AUC", f"sets/BUSI/{for_seed}", 0.95, seed_path=for_seed)
    accuracy = "three_classes/accuracy"
    add("BUSI three classes, accuracy", f"sets/BUSI/{accuracy}", 0.86, seed_path=accuracy)
    add("BUS-BRA whole image, AUC by patient", "sets/BUS-BRA/auc/by_patient", 0.945)
    for source, least in (("GE Logiq 5", 0.9), ("GE Logiq 7", 0.9), ("BUSI", 0.88)):
        add(f"{source} left out of training, AUC on it", f"held_out/{source}/auc/malignant_against_benign", least)
        point = f"held_out/{source}/points/{RULE_OUT}/sensitivity"
        add(f"{source} left out of training and of the rule-out threshold, sensitivity on it", point, 0.93)
    for name in ("BUSI", "BUS-BRA"):
        add(f"{name}: sensitivity at the rule-out point", f"sets/{name}/points/{RULE_OUT}/sensitivity", 0.95)
        add(f"{name}: its specificity", f"sets/{name}/points/{RULE_OUT}/specificity", 0.55)
        before = "calibration/before/ece" if name == "BUSI" else ""
        add(f"{name}: ECE after calibration", f"sets/{name}/calibration/after/ece", most=0.04, seed_path=before)
        add(f"{name}: AUC that int8 loses", f"sets/{name}/int8/auc_lost", most=0.003)
    for name, inside, dice in (("BUSI", 0.93, 0.72), ("BUS-BRA", 0.96, 0.8)):
        add(f"{name}: lesion map's maximum in the lesion", f"sets/{name}/lesion_map/map_inside", inside)
        add(f"{name}: lesion map, Dice", f"sets/{name}/lesion_map/dice", dice)
    for title, key, most, unit in (("model file", "megabytes", 5.0, "MB"), ("a view", "multiply_adds", 600e6, "")):
        value = file.get(key)
        shown = "–" if value is None else f"{value:.2f} {unit}" if unit else f"{value / 1e6:.0f} M multiply-adds"
        wanted = f"≤ {most:.0f} MB" if unit else "≤ 600 M multiply-adds"
        out.append(Goal(title, wanted, shown, "–", None if value is None else bool(value <= most)))
    return out


def goals_table(ordered: list[Goal]) -> str:
    words = {True: "met", False: "**missed**", None: "not measured"}
    return plain_table(
        ("figure", "goal", "reached", "seed network", ""),
        [(goal.title, goal.wanted, goal.reached, goal.seed, words[goal.met]) for goal in ordered],
    )


def cost_table(of_set: Figures) -> str:
    rows = [
        (
            f"{prevalence * 1000:.0f}",
            point,
            number(at(of_set["cost_of_mistakes"], f"{point}/{prevalence}/missed"), 1),
            number(at(of_set["cost_of_mistakes"], f"{point}/{prevalence}/false_alarms"), 0),
        )
        for prevalence in PREVALENCES
        for point in POINTS
    ]
    return plain_table(("of 1,000 women, with cancer", "point", "cancers missed", "false alarms"), rows)


def stranger_table(sources: Figures) -> str:
    rows = [
        (
            name,
            str(source["images"]),
            number(at(source, "auc/malignant_against_benign")),
            *(
                number(at(source, f"points/{point}/{side}"))
                for point in POINTS
                for side in ("sensitivity", "specificity")
            ),
            number(at(source, "calibration/after/ece")),
            number(source["gate_refused"]),
        )
        for name, source in sources.items()
    ]
    sides = [f"{point}, {side}" for point in POINTS for side in ("sensitivity", "specificity")]
    return plain_table(("source", "images", "AUC malignant against benign", *sides, "ECE", "refused by the gate"), rows)


def by_table(figures: Figures, field: str, title: str) -> str:
    """Values with few images share the sentence below the table."""
    rows, few = [], 0
    for name, of_set in figures["sets"].items():
        for value, part in of_set.get(field, {}).items():
            if part["images"] < FEWEST:
                few += part["images"]
                continue
            sides = [
                number(at(part, f"points/{point}/{side}"))
                for point in POINTS
                for side in ("sensitivity", "specificity")
            ]
            rows.append((name, value, str(part["images"]), str(part["malignant"]), number(part["auc"]), *sides))
    sides = [f"{point}, {side}" for point in POINTS for side in ("sensitivity", "specificity")]
    table = plain_table(("set", title, "images", "malignant", "AUC", *sides), rows)
    return f"{table}\n\n{few} images are of a {title} with fewer than {FEWEST}." if few else table


def maps_table(figures: Figures) -> str:
    """Each map's maximum, against the middle and chance of the same images."""
    rows = []
    for name, of_set in figures["sets"].items():
        every, some = of_set["lesion_map"], of_set["decides"]["occlusion"]
        beside = (number(every["centre_inside"]), number(every["mask_share"]))
        rows.append((name, "lesion map", number(every["map_inside"]), *beside, number(every["dice"])))
        rows.append((name, "class activation map", number(of_set["decides"]["activation_inside"]), *beside, "–"))
        of_some = (number(some[key]) for key in ("occlusion_inside", "centre_inside", "mask_share"))
        rows.append((name, f"occlusion map, {some['images']} images", *of_some, "–"))
    return plain_table(
        ("set", "map", "maximum in the lesion", "image's middle in it", "chance (share that is lesion)", "Dice"), rows
    )


def deletion_table(figures: Figures) -> str:
    rows = [
        (name, str(some["images"]), *(number(some[key]) for key in ("hottest_fall", "elsewhere_fall", "hottest_more")))
        for name, of_set in figures["sets"].items()
        if (some := of_set["decides"]["occlusion"])["images"]
    ]
    head = (
        "set",
        "images",
        "fall, hottest tenth covered",
        "fall, as much covered elsewhere",
        "share where the first is more",
    )
    return plain_table(head, rows)
