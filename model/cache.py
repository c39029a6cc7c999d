"""Where prepared data and runs are kept: outside the checkout, beside what the build keeps."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """training/ in $ECHOLENS_CACHE, or in echolens/ of $XDG_CACHE_HOME or ~/.cache."""
    if own := os.environ.get("ECHOLENS_CACHE"):
        return Path(own) / "training"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "echolens" / "training"


def write_whole(path: Path, content: bytes) -> None:
    """The file appears under its name only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
