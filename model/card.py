"""What the shipped file says of itself: CARD.md, and the card that `echolens convert` packs into it."""

from pathlib import Path
from typing import Any

from model.calibrate import RULE_OUT
from model.export import bare_card
from model.measure import POINTS, Figures
from model.tables import at, number, plain_table

VERSION = "2"  # of the file that ships: another one for whatever changes an answer, thresholds too
TEMPLATE = Path(__file__).parent / "templates" / "card.md"


def card_text(figures: Figures, facts: dict[str, Any]) -> str:
    together = figures["together"]["points"]
    rows = [
        (
            f"{point}: P(malignant) ≥ {figures['shipped']['thresholds'][point]:.3f}",
            number(together[point]["sensitivity"]),
            number(together[point]["specificity"]),
        )
        for point in POINTS
    ]
    tests = [
        (name, number(at(of_set, "auc/malignant_against_benign")), number(at(of_set, f"points/{RULE_OUT}/sensitivity")))
        for name, of_set in figures["sets"].items()
    ]
    failed = [
        (
            name,
            number(at(stranger, "auc/malignant_against_benign")),
            number(at(stranger, f"points/{RULE_OUT}/sensitivity")),
        )
        for name, stranger in (figures["held_out"] or figures["scanner_transfer"]).items()
    ]
    return TEMPLATE.read_text().format(
        points=plain_table(("call", "sensitivity", "specificity"), rows),
        tests=plain_table(("set", "AUC malignant against benign", "rule-out sensitivity"), tests),
        strangers=plain_table(("scanner", "AUC malignant against benign", "rule-out sensitivity"), failed),
        what="the network has not seen" if figures["held_out"] else "thresholds have not seen (the network has)",
        **facts,
    )


def full_card(figures: Figures, backbone: str, text: str, gate: dict[str, Any] | None) -> dict[str, Any]:
    """What `echolens convert --card` takes for the file that ships."""
    shipped, together = figures["shipped"], figures["together"]["points"]
    card = bare_card(backbone, VERSION)
    card["head"] |= {name: shipped[name] for name in ("temperature", "malignant_temperature", "malignant_offset")}
    card["operating_points"] = [
        {
            "name": point,
            "label": "malignant",
            "threshold": shipped["thresholds"][point],
            "data": "out of fold, all sets",
            "sensitivity": together[point]["sensitivity"],
            "specificity": together[point]["specificity"],
        }
        for point in POINTS
    ]
    card["conformal"] = {"coverage": figures["together"]["conformal"]["wanted"], "quantiles": shipped["quantiles"]}
    if gate:
        card["gate"] = {
            "features": "features",
            "centres": list(gate.values()),
            "threshold": shipped["gate_threshold"],
        }
    card["text"] = text
    named = {
        "AUC, malignant against benign": "auc/malignant_against_benign",
        "AUC by patient": "auc/by_patient",
        "accuracy, three classes": "three_classes/accuracy",
        "lesion map: maximum in the lesion": "lesion_map/map_inside",
        "lesion map: Dice": "lesion_map/dice",
    }
    card["figures"] = [
        {"name": title, **value, "data": f"{name}, out of fold"}
        for name, of_set in figures["sets"].items()
        for title, path in named.items()
        if (value := at(of_set, path))
    ]
    return card
