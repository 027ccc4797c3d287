"""Where a planner works: the folder with the places, found from wherever a command is started."""

from __future__ import annotations

from pathlib import Path

PLACES = Path("data/places")


def find_root(start: str | Path | None = None) -> Path:
    """Return the working folder: the nearest one upwards with ``data/places``, else the package's own checkout.

    ``start``: where to begin; the current folder by default.
    """
    here = Path(start or ".").resolve()
    checkout = Path(__file__).resolve().parents[2]
    return next((folder for folder in (here, *here.parents, checkout) if (folder / PLACES).is_dir()), here)
