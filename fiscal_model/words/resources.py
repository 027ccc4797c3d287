"""Where the shipped rules, scenarios, templates and notebooks lie: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

from fiscal_model.words.errors import Fault, InputError

STRESSES = (
    "tax_down_5", "tax_down_10", "transfers_down_2", "transfers_down_5", "land_down_30", "land_down_50",
    "refinancing_down_20", "coupon_up_100", "pay_up_5", "standards_up_10", "persons_up_10", "pupils_up_10", "pupils_down_10",
    "insurance_up_5", "revenue_with_transfers", "land_with_refinancing", "worst_combined",
)  # fmt: skip
"""Shipped stresses, ``data/scenarios/stress``: one shock each, smaller ones first, then those that come together."""
_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parent


def _find(*parts: str) -> Path:
    for base in (_PACKAGE / "data" / parts[0], _CHECKOUT / "data" / parts[0], _CHECKOUT / parts[0]):
        path = base.joinpath(*parts[1:])
        if path.exists():
            return path
    raise InputError([Fault("/".join(parts), "随软件提供的文件不见了", "请重新安装 fiscal_model")])


def rules_folder() -> Path:
    """Return the folder of the rules."""
    return _find("rules")


def rules_files() -> tuple[Path, ...]:
    """Return every rules file the package was installed with, by name."""
    return tuple(sorted(path for path in rules_folder().iterdir() if path.suffix in {".toml", ".csv"}))


def templates_folder() -> Path:
    """Return the folder of the chapters' templates."""
    return _find("templates")


def scenario_file(name: str) -> Path:
    """Return the path of a shipped scenario, e.g. ``baseline.toml``, or of a stress, ``stress/tax_down_5.toml`` by its name alone."""
    return next(_find("scenarios").rglob(name), None) or _find("scenarios", name)


def notebook_file(name: str) -> Path:
    """Return the path of a shipped notebook, e.g. ``90_report.ipynb``."""
    return _find("notebooks", name)
