"""The views of an image that the network's answers are averaged over, as the model file names them."""

VIEWS = ("identity", "close_up_mirror")  # of these, two are as good as all four; EXPERIMENTS.md


def prefix(view: str) -> str:
    """Of the view's columns."""
    return "" if view == VIEWS[0] else f"{view}_"
