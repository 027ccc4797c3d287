"""Time and weigh a plan of a big invented place, at sizes that double: reading, projecting, tables, every file, the whole.

    python benchmarks/scale.py [--sizes 8,4,2,1] [--axes ledger,bonds,...] [--place DIR]

Size 1 is 100,000 ledger rows over 50 years, 20,000 bonds, 5,000 projects (and as many special-bond projects with twenty
years of flows each), 10,000 guarantee items; size 8 an eighth of each. The place is the demonstration county with its rows
split into many (fixed seed): sums stay what they were, nobody's figures are in it, and its reports say that it is invented.
With ``--axes`` only those tables grow. Every size runs in a process of its own: first `fiscal-model plan` as a whole, then
its steps. Printed: processor seconds of each, peak memory so far (MB), and the exponent with which time grows between the two
largest sizes (n log n is 1.1 there).
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

SOURCE = _ROOT / "data" / "places" / "yunshui"
AXES = {"ledger": 100_000, "bonds": 20_000, "projects": 5_000, "special": 5_000, "items": 10_000, "years": 50}
"""Rows of each table at size 1; ``years`` of ledger, totals and macro."""
_SEED = 20261
_GROWTH = 1.08  # a year, backwards from the first year of the demonstration county
_FIRST_YEAR = "2021"  # of the demonstration county with spending by function; five years with it are there


def main() -> None:
    """Run every size in a process of its own and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="8,4,2,1", help="parts of the full size, smallest place first")
    parser.add_argument("--axes", default=",".join(AXES), help="what grows; the rest stays the demonstration county's")
    parser.add_argument("--place", type=Path, help="only write the largest of the sizes there")
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = [float(each) for each in options.sizes.split(",")]
    if options.run:
        print(json.dumps(_steps(options.run)))
    elif options.place:
        write_place(options.place, _rows(options.axes, min(sizes)))
    else:
        _print([_measure(_rows(options.axes, size)) for size in sizes], sizes)


def _rows(axes: str, size: float) -> dict[str, int]:
    return {name: int(AXES[name] / size) for name in axes.split(",")}


def _measure(rows: dict[str, int]) -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "scale"
        write_place(place, rows)
        run = [sys.executable, __file__, "--run", str(place)]
        said = subprocess.run(run, check=True, capture_output=True, text=True, cwd=folder).stdout
    return json.loads(said.splitlines()[-1])


def _steps(folder: Path) -> dict[str, tuple[float, float]]:
    """Run the steps of a report one by one, then the whole anew: seconds, and peak memory so far in MB."""
    from fiscal_model.analysis.rating.rating import rate
    from fiscal_model.analysis.risk.simulate import simulate
    from fiscal_model.blocks.revenue.revenue_block import fit
    from fiscal_model.inputs.scenario import read_scenario
    from fiscal_model.model.projection import project
    from fiscal_model.report.chapters.all_chapters import write_chapters
    from fiscal_model.report.tables.annex import build_tables
    from fiscal_model.report.writers import bundle
    from fiscal_model.report.writers.document import write_document
    from fiscal_model.report.writers.workbook import write_workbook

    found: dict[str, tuple[float, float]] = {}

    def step(name: str, run: Callable[[], Any]) -> Any:
        started = _used()
        result = run()
        found[name] = (_used() - started, _peak())
        print(f"  {name:10s}{found[name][0]:8.2f} s{found[name][1]:6.0f} MB", file=sys.stderr, flush=True)
        return result

    whole = [
        sys.executable,
        "-m",
        "fiscal_model",
        "plan",
        str(folder),
        "--to",
        str(folder.parent / "report"),
        "--quiet",
    ]
    started = time.perf_counter()
    step("plan", lambda: subprocess.run(whole, check=True, capture_output=True, cwd=_ROOT))
    found["plan, wall"] = (time.perf_counter() - started, 0.0)
    out, scenario = folder.parent / "out", read_scenario("baseline")
    out.mkdir()
    place = step("read", lambda: bundle.read_checked(folder))
    fitted = step("fit", lambda: fit(place, scenario))
    plan = step("project", lambda: project(place, scenario, fitted=fitted))
    fan, rating = simulate(plan), rate(plan)
    said = (plan, fan, rating)
    tables = step("tables", lambda: build_tables(*said, {"baseline": plan}))
    step("xlsx", lambda: write_workbook(out / "plan.xlsx", plan, tables))
    chapters = step("chapters", lambda: write_chapters(*said, tables, {"baseline": plan}))
    step("docx", lambda: write_document(out / "plan.docx", plan, chapters, tables, {}))
    return found


def _used() -> float:
    """Processor seconds of this process and of those it waited for: a busy machine does not change them."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak() -> float:
    """The largest memory so far of this process or of one it waited for, MB."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def _print(found: list[dict[str, tuple[float, float]]], sizes: list[float]) -> None:
    print("step      " + "".join(f"{f'1/{size:g}':>16s}" for size in sizes) + "  exponent")
    for name in found[-1]:
        cells = "".join(f"{each[name][0]:8.2f} s{each[name][1]:6.0f}" for each in found)
        grown = ""
        if len(found) > 1 and min(found[-1][name][0], found[-2][name][0]) > 0:
            times = found[-1][name][0] / found[-2][name][0]
            grown = f"{math.log(times) / math.log(sizes[-2] / sizes[-1]):10.2f}"
        print(f"{name:10s}{cells}{grown}")


def write_place(folder: Path, rows: dict[str, int]) -> None:
    """Write an invented place with so many rows of each table."""
    shutil.copytree(SOURCE, folder)
    about = (folder / "place.toml").read_text(encoding="utf-8")
    said = 'note = "虚构的县，由演示县各表的行拆细而成，只用来测量速度和内存。"'
    (folder / "place.toml").write_text(
        "\n".join(said if line.startswith("note") else line for line in about.splitlines()) + "\n", encoding="utf-8"
    )
    generator = np.random.default_rng(_SEED)
    if rows.get("years", 0) > 10:
        _more_years(folder, rows["years"])
    if "ledger" in rows:
        _finer_codes(folder, rows["ledger"])
    if "bonds" in rows:
        _split(folder, "bonds", rows["bonds"], "bond_code", ("face",), generator)
        _same_parts(folder, "special_project_bonds", "bonds", "bond_code")
    if "projects" in rows:
        _split(folder, "projects", rows["projects"], "project_code", (), generator)
        for name in ("project_costs", "project_money"):
            _same_parts(folder, name, "projects", "project_code")
        measures = _read(folder, "measures")
        first = _PARTS[folder, "projects"].drop_duplicates("project_code").set_index("project_code")["share"]
        factor = measures["target"].map(first).astype(float).fillna(1.0)
        _write(folder, "measures", measures.assign(amount=_scaled(measures["amount"], factor)))
    if "special" in rows:
        money = ("total_investment", "capital", "reserve_balance")
        _split(folder, "special_projects", rows["special"], "project_code", money, generator)
        for name in ("special_project_flows", "special_project_bonds", "special_project_assets"):
            _same_parts(folder, name, "special_projects", "project_code")
    if "items" in rows:
        _split(folder, "guarantee_items", rows["items"], "item_code", ("persons", "arranged", "earmarked"), generator)
        _same_parts(folder, "standard_changes", "guarantee_items", "item_code")


_MONEY = {
    "special_project_flows": ("income", "operating_cost", "tax", "bond_need"),
    "special_project_assets": ("value", "income"),
}
_PARTS: dict[tuple[Path, str], pd.DataFrame] = {}


def _read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, encoding="utf-8-sig", keep_default_na=False)


def _write(folder: Path, name: str, frame: pd.DataFrame) -> None:
    frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")


def _scaled(texts: pd.Series, factor: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(texts, errors="coerce") * factor
    return numbers.map("{:.6f}".format).where(numbers.notna(), texts)


def _split(
    folder: Path, name: str, wanted: int, key: str, money: tuple[str, ...], generator: np.random.Generator
) -> None:
    """Split every row into parts whose money adds up to it; the parts are kept for the tables that name them."""
    frame = _read(folder, name)
    each = max(wanted // len(frame), 1)
    share = generator.uniform(0.5, 1.5, (len(frame), each))
    share /= share.sum(axis=1, keepdims=True)
    parts = pd.DataFrame({
        key: np.repeat(frame[key].to_numpy(), each),
        "split": [f"{code}-{part}" if part else code for code in frame[key] for part in range(each)],
        "share": share.ravel(),
    })  # fmt: skip
    grown = frame.loc[np.repeat(frame.index, each)].reset_index(drop=True)
    for column in money:
        grown[column] = _scaled(grown[column], parts["share"])
    if "name" in grown:
        grown["name"] += "（" + parts["split"] + "）"
    grown[key] = parts["split"]
    _PARTS[folder, name] = parts
    _write(folder, name, grown)


def _same_parts(folder: Path, name: str, of: str, key: str) -> None:
    """Split what a table says of a split row alike; tables that only name it mean its first part, which kept its code."""
    frame, parts = _read(folder, name), _PARTS[folder, of]
    if name == "special_project_bonds" and of == "special_projects":
        return _write(folder, name, _linked(frame, parts))
    grown = frame.merge(parts, on=key, how="left", sort=False)
    for column in _MONEY.get(name, ("amount",)):
        if column in grown:
            grown[column] = _scaled(grown[column], grown["share"])
    _write(folder, name, grown.assign(**{key: grown["split"]})[frame.columns])


def _linked(links: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Deal the bonds of a project out to its parts, by turns; fewer bonds than parts are shared by all of them."""
    found = []
    for code, given in links.groupby("project_code", sort=False):
        own = parts[parts["project_code"] == code]
        if len(given) >= len(own):
            dealt = given.assign(project_code=np.resize(own["split"].to_numpy(), len(given)))
        else:
            dealt = given.loc[np.resize(given.index, len(own))].assign(project_code=own["split"].to_numpy())
            times = dealt.groupby("bond_code")["amount"].transform("size")
            dealt["amount"] = _scaled(dealt["amount"], 1 / times)
        found.append(dealt)
    return pd.concat(found)


def _more_years(folder: Path, years: int) -> None:
    """Put earlier years before the first one with spending by function, each a fixed step smaller than the one after it."""
    for name in ("ledger", "totals", "macro"):
        frame = _read(folder, name)
        frame = frame[frame["year"] >= _FIRST_YEAR]
        oldest = frame[frame["year"] == _FIRST_YEAR]
        if "line" in oldest:  # a stock that grows by a fixed step does not roll from what is drawn and added
            oldest = oldest[~oldest["line"].str.endswith("_stock")]
        earlier = [
            oldest.assign(
                year=str(int(_FIRST_YEAR) - back),
                amount=_scaled(oldest["amount"], pd.Series(_GROWTH**-back, index=oldest.index)),
            )
            for back in range(years - 5, 0, -1)
        ]
        _write(folder, name, pd.concat([*earlier, frame]))


def _finer_codes(folder: Path, wanted: int) -> None:
    """Give the spending functions without finer codes theirs, and past years a budget, until there are so many rows."""
    frame = _read(folder, "ledger")
    known = pd.read_csv(_ROOT / "data" / "rules" / "accounts.csv", dtype=str, encoding="utf-8-sig")
    known = known.loc[(known["budget"] == "general") & known["code"].between("201", "2229999"), ["code", "label"]]
    known = known.assign(above=known["code"].map({code: code[:-2] for code in known["code"]}))
    for size in (5, 7):
        finer = known[known["code"].str.len() == size].rename(columns={"code": "finer"})
        at = [frame[name] for name in ("budget", "year", "status")]
        given = set(zip(*at, frame["code"].str[: size - 2], frame["code"].str.len(), strict=True))
        lacks = [(*row, size) not in given for row in zip(*at, frame["code"], strict=True)]
        fine = frame[np.array(lacks) & (frame["budget"] == "general")].merge(finer, left_on="code", right_on="above")
        times = fine.groupby(["year", "status", "code"])["finer"].transform("size")
        fine = fine.assign(amount=_scaled(fine["amount"], 1 / times), name=fine["label"], code=fine["finer"])
        frame = pd.concat([frame, fine[frame.columns]], ignore_index=True)
    past = frame[frame["status"] == "final_accounts"]
    frame = pd.concat([frame, past.assign(status="budget")], ignore_index=True)
    frame = frame.sort_values(["year", "status"], kind="stable", ascending=False)
    until = (
        frame.groupby(["year", "status"], sort=False)["code"]
        .transform("size")
        .mask(frame.duplicated(["year", "status"]), 0)
    )
    _write(folder, "ledger", frame[until.cumsum() <= wanted])


if __name__ == "__main__":
    main()
