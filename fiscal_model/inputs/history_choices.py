"""What a scenario decides about the past: shock years and how they are read, breaks taken out, suspects left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from fiscal_model.law.rules import rule_table
from fiscal_model.words.errors import Fault, unknown_keys

READINGS = {"transitory": "一时因素", "lasting": "持续因素"}
"""How a shock year may be read, and its Chinese name."""


@dataclass(frozen=True)
class HistoryChoices:
    """Decisions about history; by default every figure is used as it is, but for national events that show in it."""

    # Year to a key of `READINGS`: ``transitory`` (that year only, bridged) or ``lasting`` (a new level)
    shock_years: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    remove_breaks: tuple[str, ...] = ()  # Ids of `data/rules/revenue_breaks.csv` to take out by their typical size
    exclude_suspects: bool = False  # Whether figures that fail the revenue-quality rules are left out of the fit
    # Whether the year of a national event of the calendar is left out where the place's own figures show it
    national_events: bool = True

    def said(self) -> list[str]:
        """Say in Chinese what is decided; nothing for the default."""
        shocks = [f"{year}年（{READINGS[reading]}）" for year, reading in self.shock_years.items()]
        breaks = {rule["id"]: rule["name"] for rule in rule_table("revenue_breaks")}
        decided = {
            f"异常年份：{'、'.join(shocks)}": bool(shocks),
            f"剔除口径变动：{'、'.join(breaks[one] for one in self.remove_breaks)}": bool(self.remove_breaks),
            "存疑的历史数据不参与拟合": self.exclude_suspects,
            "全国性事件的年份原样使用": not self.national_events,
        }
        return [said for said, holds in decided.items() if holds]

    def to_toml(self) -> list[str]:
        """Return the lines of a scenario file that say the same; none for the default."""
        lines = []
        if self.remove_breaks or self.exclude_suspects or not self.national_events:
            shown = ", ".join(f'"{one}"' for one in self.remove_breaks)
            lines += [
                "",
                "[history]",
                f"remove_breaks = [{shown}]",
                f"exclude_suspects = {str(self.exclude_suspects).lower()}",
                *([] if self.national_events else ["national_events = false"]),
            ]
        if self.shock_years:
            lines += ["", "[history.shock_years]"]
            lines += [f'{year} = "{reading}"' for year, reading in sorted(self.shock_years.items())]
        return lines


def choices_of(given: Any, shown: str) -> tuple[HistoryChoices, list[Fault]]:
    """Read the ``[history]`` table of a scenario file.

    ``given``: what TOML gave.
    ``shown``: the file's name in messages.

    Examples
    --------
    >>> choices_of({"shock_years": {"2020": "transitory"}}, "情景.toml")[0].shock_years[2020]
    'transitory'
    """
    if not isinstance(given, dict):
        return HistoryChoices(), [Fault(shown, "history 不是一张表", "请写成 [history] 和 [history.shock_years]")]
    faults = unknown_keys(
        given, ("shock_years", "remove_breaks", "exclude_suspects", "national_events"), "history ", shown
    )
    years = _shock_years(given.get("shock_years", {}), shown, faults)
    breaks = _breaks(given.get("remove_breaks", []), shown, faults)
    switches = {
        "exclude_suspects": given.get("exclude_suspects", False),
        "national_events": given.get("national_events", True),
    }
    for name, value in switches.items():
        if not isinstance(value, bool):
            faults.append(Fault(shown, f"{name} 的值是“{value}”", "只能填 true 或 false"))
    exclude, events = (value is True for value in switches.values())
    return HistoryChoices(MappingProxyType(years), breaks, exclude, events), faults


def _shock_years(given: Any, shown: str, faults: list[Fault]) -> dict[int, str]:
    if not isinstance(given, dict):
        faults.append(Fault(shown, "history.shock_years 不是一张表", '请写成 2020 = "transitory"'))
        return {}
    found = {}
    for year, reading in given.items():
        if not str(year).isdecimal() or not 1990 <= int(year) <= 2100:
            faults.append(Fault(shown, f"history.shock_years 里有年份“{year}”", "请写四位公历年份，例如 2020"))
        elif not isinstance(reading, str) or reading not in READINGS:
            choices = "、".join(f"{key}（{label}）" for key, label in READINGS.items())
            faults.append(Fault(shown, f"{year} 年的影响方式是“{reading}”", f"只能填：{choices}"))
        else:
            found[int(year)] = reading
    return found


def _breaks(given: Any, shown: str, faults: list[Fault]) -> tuple[str, ...]:
    known = {row["id"] for row in rule_table("revenue_breaks")}
    if not isinstance(given, list):
        faults.append(Fault(shown, "remove_breaks 不是列表", '请写成 ["vat_refunds_2022"]'))
        return ()
    names = [str(name) for name in given]
    for name in names:
        if name not in known:
            faults.append(
                Fault(shown, f"没有断点“{name}”", f"见 data/rules/revenue_breaks.csv：{'、'.join(sorted(known))}")
            )
    return tuple(dict.fromkeys(name for name in names if name in known))
