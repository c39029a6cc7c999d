"""How long the native program takes for an image, on the machine that writes the report."""

import platform
from pathlib import Path
from typing import Any

import numpy as np

from model.native import classify

IMAGES = Path(__file__).parents[1] / "tests" / "data" / "images"
ROUNDS = 10


def processor() -> str:
    """Its maker's name for it; the architecture where the system does not tell."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def speed(program: Path, model: Path) -> dict[str, Any]:
    """Medians in milliseconds over the repository's BUS-BRA images, one core, the file loaded once; `slowest` is the
    95th percentile of a whole reading."""
    files = sorted(IMAGES.glob("busbra-*.*")) * ROUNDS
    timings = [record["run"]["timings"] for record in classify(program, model, files)]
    parts = {name: float(np.median([t[f"{name}_ms"] for t in timings])) for name in ("inference", "total")}
    slowest = float(np.quantile([t["total_ms"] for t in timings], 0.95))
    return {**parts, "slowest": slowest, "readings": len(files), "processor": processor()}
