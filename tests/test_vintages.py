"""Past plans kept as files: bit for bit, whole or not at all, never overwritten, every fault in Chinese."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from fiscal_model.analysis.rolling.kept_plans import vintage_files, vintage_of
from fiscal_model.inputs.past_plans import last_before, one_a_year, read_vintages
from fiscal_model.inputs.place import read_place
from fiscal_model.report.writers.vintage import store_vintage
from fiscal_model.words.errors import InputError, ReportError

DAY = "2026-03-01"


@pytest.fixture
def gangu(root, tmp_path):
    """A copy of a small place."""
    folder = tmp_path / "gangu"
    shutil.copytree(root / "data" / "places" / "gangu", folder, ignore=shutil.ignore_patterns("vintages"))
    return folder


@pytest.fixture
def kept(gangu, plan_of):
    """The copy with one past plan, and where that lies."""
    return store_vintage(vintage_of(plan_of("gangu", base_year=2023), DAY), gangu)


def test_round_trip_bit_for_bit(plan_of, place_id, place, tmp_path):
    folder = tmp_path / place_id
    shutil.copytree(place(place_id).folder, folder, ignore=shutil.ignore_patterns("vintages"))
    vintage = vintage_of(plan_of(place_id), DAY)
    store_vintage(vintage, folder)
    (read,) = read_vintages(read_place(folder))
    assert vintage_files(read) == vintage_files(vintage)
    assert read.rows.equals(vintage.rows)
    assert read.scenario == vintage.scenario
    assert (read.name, read.years, read.cautions) == (vintage.name, vintage.years, ())
    assert {name: len(rows) for name, rows in read.tables.items()} == {
        name: len(rows) for name, rows in vintage.tables.items()
    }


def test_quantiles_of_own_revenue_are_kept(plan_of):
    plan = plan_of("lijiang")
    vintage = vintage_of(plan, DAY)
    low, middle, high = (vintage.line("own_revenue", kind) for kind in ("quantile_10", "quantile_50", "quantile_90"))
    assert (low < middle).all() and (middle < high).all()
    assert middle == pytest.approx(plan.line("own_revenue"))
    assert middle / low == pytest.approx(high / middle)


def test_a_line_without_data_is_left_out_and_not_zero(plan_of):
    plan = plan_of("gangu")
    vintage = vintage_of(plan, DAY)
    assert "debt_stock" in plan.unavailable
    assert "debt_stock" not in vintage.lines()


def test_the_same_plan_changes_nothing_and_another_gets_a_number(gangu, plan_of):
    plan, other = plan_of("gangu", base_year=2023), plan_of("gangu", base_year=2023, pay_growth=0.1)
    first = store_vintage(vintage_of(plan, DAY), gangu)
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    assert store_vintage(vintage_of(plan, "2026-09-09"), gangu) == first
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    second = store_vintage(vintage_of(other, DAY), gangu)
    assert (first.name, second.name) == ("2023-baseline", "2023-baseline-2")
    assert store_vintage(vintage_of(other, DAY), gangu) == second
    vintages = read_vintages(read_place(gangu))
    assert [vintage.name for vintage in vintages] == ["2023-baseline", "2023-baseline-2"]
    assert last_before(vintages, 2024).name == "2023-baseline-2"
    assert last_before(vintages, 2023) is None
    assert len(one_a_year(vintages, 2024)) == 1


def test_past_plans_are_no_table_of_the_place(gangu, plan_of):
    before = read_place(gangu)
    store_vintage(vintage_of(plan_of("gangu", base_year=2023), DAY), gangu)
    assert read_place(gangu).digests == before.digests


def test_written_whole_or_not_at_all(gangu, plan_of, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReportError, match=r"无法保存规划底稿 .*vintages/2023-baseline：.*原有底稿没有改动"):
        store_vintage(vintage_of(plan_of("gangu", base_year=2023), DAY), gangu)
    assert list((gangu / "vintages").iterdir()) == []


def _replaced(file, old, new):
    def spoil(folder):
        text = (folder / file).read_text(encoding="utf-8-sig")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8-sig" if file.endswith("csv") else "utf-8")

    return spoil


def _doubled(folder):
    lines = (folder / "plan.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (folder / "plan.csv").write_text("".join([*lines[:3], lines[2], *lines[3:]]), encoding="utf-8-sig")


def _emptied(folder):
    lines = (folder / "plan.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("plan,")]
    (folder / "plan.csv").write_text("".join(kept), encoding="utf-8-sig")


FAULTS = {
    "a file is missing": (
        lambda folder: (folder / "plan.csv").unlink(),
        "vintages/2023-baseline：往年规划缺少文件 plan.csv。请从备份恢复，或把这个文件夹移出 vintages。",
    ),
    "a column is missing": (_replaced("plan.csv", "amount", "money"), "plan.csv：缺少列 amount。"),
    "an unknown line": (
        _replaced("plan.csv", ",tax_revenue,", ",taxx_revenue,"),
        "plan.csv 第 2 行“line”列：不认识的行代码“taxx_revenue”。",
    ),
    "no line of the plan": (_emptied, "plan.csv：没有规划年度的数（plan 行）。"),
    "a line twice": (_doubled, "plan.csv 第 4 行：own_revenue 2023 年与第 3 行重复。一行一年只能有一个数"),
    "text for a number": (
        _replaced("plan.csv", ",own_revenue,一般公共预算收入,2024,", ",own_revenue,一般公共预算收入,二四年,"),
        "“year”列：应为数字，填写的是“二四年”。",
    ),
    "an unknown kind": (_replaced("plan.csv", "\nplan,", "\nplann,"), "“kind”列：不认识的类别“plann”。只能是：plan、base、"),
    "a quote left open": (
        _replaced("plan.csv", ",own_revenue,一般", ',own_revenue,"一般'),
        "“label”列：这里打开的引号到文件末尾也没有关上，其后 ",
    ),
    "no base year": (_replaced("vintage.toml", "base_year", "base"), "vintage.toml：缺少 base_year。"),
    "years with a gap": (
        _replaced("vintage.toml", "[2024, 2025", "[2024, 2026"),
        "vintage.toml：years 是 [2024, 2026, 2026, 2027, 2028]，不是基期 2023 年之后的连续年份。",
    ),
    "a year as text": (_replaced("vintage.toml", "= 2023", '= "2023"'), "base_year 填写的是“2023”"),
    "no day": (_replaced("vintage.toml", DAY, "今年"), "made_on 填写的是“今年”。请写日期，例如 2026-03-01。"),
    "broken header": (_replaced("vintage.toml", "place = ", "place "), "vintage.toml 第 1 行：TOML 格式有误"),
    "broken scenario": (_replaced("scenario.toml", "id =", "idd ="), "scenario.toml 第 1 行：不认识的项目“idd”"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_a_past_plan(kept, name):
    spoil, text = FAULTS[name]
    if name == "a line twice":
        lines = (kept / "plan.csv").read_text(encoding="utf-8-sig").splitlines()
        at = next(row for row, line in enumerate(lines) if ",own_revenue,一般公共预算收入,2023," in line)
        lines[2], lines[at] = lines[at], lines[2]
        (kept / "plan.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    if name == "an unknown line":
        lines = (kept / "plan.csv").read_text(encoding="utf-8-sig").splitlines()
        lines[1] = "plan,general,tax_revenue,税收收入,2024,1,万元"
        (kept / "plan.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    spoil(kept)
    with pytest.raises(InputError) as caught:
        read_vintages(read_place(kept.parents[1]))
    assert text in str(caught.value)


def test_a_changed_file_is_said(kept):
    text = (kept / "plan.csv").read_text(encoding="utf-8-sig")
    first = next(line for line in text.splitlines() if line.startswith("plan,general,own_revenue"))
    changed = ",".join([*first.split(",")[:5], "50000", first.split(",")[6]])
    (kept / "plan.csv").write_text(text.replace(first, changed), encoding="utf-8-sig")
    (read,) = read_vintages(read_place(kept.parents[1]))
    assert read.cautions == ("往年规划 2023-baseline 的 plan.csv 在保存后被改动过，按改动后的数比较",)
    assert read.line("own_revenue")[0] == 50000


def test_line_ends_are_no_change(kept):
    data = (kept / "plan.csv").read_bytes()
    (kept / "plan.csv").write_bytes(data.replace(b"\n", b"\r\n"))
    (read,) = read_vintages(read_place(kept.parents[1]))
    assert read.cautions == ()


def test_a_plan_of_another_version_may_hold_lines_that_are_gone(kept, plan_of):
    vintage = replace(vintage_of(plan_of("gangu", base_year=2023), DAY), version="0.0.1")
    vintage.rows.loc[0, "line"] = "gone_revenue"
    for name, content in vintage_files(vintage).items():
        (kept / name).write_bytes(content)
    (read,) = read_vintages(read_place(kept.parents[1]))
    assert read.cautions == ("往年规划 2023-baseline 由 0.0.1 版编制，其中本版没有的行不比较：gone_revenue",)
    assert "gone_revenue" not in set(read.rows["line"])
