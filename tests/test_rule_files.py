"""Rule files edited wrongly: refused in Chinese with file, line, what was found and what to write; rightly edited: read."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fiscal_model.apps.cli import INPUT_FAULTS, main
from fiscal_model.law.rule_kinds import no_gap
from fiscal_model.law.rule_settings import SETTINGS
from fiscal_model.law.rule_tables import TABLES
from fiscal_model.law.rules import read_rules
from fiscal_model.words import resources
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.resources import rules_folder

PLACE = Path(__file__).parents[1] / "data" / "places" / "gangu"
Edit = Callable[[Path], None]
# fmt: off
CHANGED = {
    # file, what stands there, what is written instead: line, column, what is said
    "a share + 0.1": ("revenue_shares.csv", "0.5,0.5,,,,国发", "0.6,0.5,,,,国发", 3, "local", "central、local 相加为 1.1。相加必须等于 1"),
    "three levels": ("revenue_shares.csv", "0.175,0,0.325", "0.175,0,0.4", None, "county", "province、city、county 相加为 0.575"),
    "dates overlap": ("revenue_shares.csv", "2016-04-30", "2016-05-31", 3, "valid_from", "第 2 行止于 2016-05-31，与本行重叠"),
    "dates leave a gap": ("revenue_shares.csv", "2016-04-30", "2016-03-31", 3, "valid_from", "第 2 行止于 2016-03-31，与本行之间有空档"),
    "an end before its start": ("revenue_shares.csv", "2016-04-30", "1990-04-30", 2, "valid_to", "小于 valid_from“1994-01-01”"),
    "a day that is none": ("tax_rates.csv", "2021-08-31", "2021-08-32", 2, "valid_to", "填写的是“2021-08-32”"),
    "a day with slashes": ("tax_rates.csv", "2021-08-31", "2021/8/31", 2, "valid_to", "日期写成 2024-07-01"),
    "fifty years ahead": ("retirement_ages.csv", "2025-01-01", "2075-01-01", 2, "valid_from", "2075-01-01 太早或太远"),
    "percent for a fraction": ("tax_rates.csv", "0.07", "7", 2, "rate", "7 不在 0 到 1 之间。比例写 0 到 1 之间的小数"),
    "a percent sign": ("capital_ratio.csv", "0.20", "20%", 2, "minimum", "填写的是“20%”"),
    "an underscore": ("national_revenue.csv", "51321.78", "51_321.78", 2, "amount", "填写的是“51_321.78”"),
    "a text for a number": ("firm_pay_classes.csv", "0.10", "一成", 2, "ratio", "填写的是“一成”"),
    "a negative rate": ("coupon_curve.csv", "0.0153", "-0.0153", 2, "rate", "-0.0153 不在 0.0001 到 0.2 之间"),
    "digits slipped": ("national_revenue.csv", "61330.35", "6133035", 3, "amount", "与上年的 51321.8 相差过大"),
    "no source": ("capital_ratio.csv", "铁路、公路、城市轨道交通一般为20%（国发〔2015〕51号、国发〔2019〕26号），港口、机场另有规定；条文未核实", "", 2, "source", "没有填写。请写明这个数从哪里来"),
    "an unknown quality": ("land_levies.csv", "unverified", "sure", 2, "quality", "填写的是“sure”"),
    "an unknown line": ("levers.csv", "rescue_in", "rescue_out", None, "takes_from", "没有规划行“rescue_out”是否想写“rescue"),
    "an unknown code": ("transfer_lines.csv", "1100202,", "9900202,", 4, "code", "科目编码“9900202”不在 accounts.csv 里"),
    "an unknown word": ("category_order.csv", "social,2", "socail,2", 3, "category", "填写的是“socail”，是否想写“social”？。只能填"),
    "an unknown province": ("sharing_tiers.csv", "甘肃", "甘素", 2, "province", "没有省级地区“甘素”"),
    "a reference to nothing": ("offsets.csv", ",B2,", ",B22,", 5, "article", "没有“B22”"),
    "a code without its class": ("accounts.csv", "general,20401,武装警察部队\n", "", 362, "code", "科目 2040101 没有上级科目 20401"),
    "a brace left open": ("funds.csv", "{limit}", "{limit", 3, "rule", "的花括号没有写完"),
    "another brace": ("funds.csv", "{limit}", "{line}", 3, "rule", "不认识的花括号“{line}”"),
    "a wider share than a whole": ("guarantee_items.csv", ",0.85,", ",0.95,", 3, "share", "“2????01”各行相加为 1.1"),
    "two meanings of one rule": ("guarantee_standards.csv", "元/人·年,1,650", "元/人·月,1,650", 3, "unit", "填写的是“元/人·月”，第 2 行是“元/人·年”"),
    "an age missing": ("population_rates.csv", "fertility,female,20,", "fertility,female,21,", 3, "age_from", "第 2 行止于 19，与本行之间有空档"),
    "a horizon missing": ("revenue_widths.csv", "2025,2,0.1657", "2025,1,0.1657", 3, "least_size", "与第 2 行重复（0、1）"),
    "a quote left open": ("category_order.csv", "operations,1", '"operations,1', 2, None, "引号没有写完，一直连到第 6 行"),
    "a cell too many": ("category_order.csv", "operations,1", "operations,1,", 2, None, "有 5 个单元格，表头有 4 个"),
    "not the last grade": ("rating.toml", '"弱" = 0', '"弱" = 20', 11, None, "最后一级为 0"),
    "weights": ("rating.toml", "weight = 0.15", "weight = 0.25", None, None, "各组权重相加为 1.1。相加必须等于 1"),
    "an unknown cap": ("rating.toml", 'cap = "弱"', 'cap = "差"', None, None, "没有等级“差”"),
    "bands that turn": ("indicators.toml", "orange = 2.0", "orange = 3.5", 10, None, "red 3 没有比 orange 3.5 更差"),
    "a text for a line": ("interest_rule.toml", "line = 0.10", 'line = "10%"', 3, None, "line 填写的是“10%”"),
    "not a number": ("limits.toml", "value = 0.01\n", "value = nan\n", 5, None, "reserve_lowest.value “nan”不是数字"),
    "a band upside down": ("limits.toml", "value = 0.03", "value = 0.005", 11, None, "0.005 小于前一条线的 0.01"),
    "outside its own bounds": ("assumptions.toml", "value = 0.045", "value = 0.45", 6, None, "gdp_growth.value 0.45 不在 low -0.3 到 high 0.3 之间"),
    "no fallback": ("assumptions.toml", "fallback = 0.8\n", "", 136, None, 'value 是 "auto"，没有写推算不出时用的 fallback'),
    "a key misspelt": ("forecast.toml", "shortness = 1.5", "shortnes = 1.5", 18, None, "[interval] 里有不认识的项目“shortnes”。是否想写“shortness”"),
    "a key missing": ("special_projects.toml", "approval = 1.2\n", "", 3, None, "[coverage] 里缺少“approval”"),
    "a switch in quotes": ("revenue_quality.toml", "excluded = false", 'excluded = "no"', None, None, "excluded 填写的是“no”。只能填 true 或 false"),
    "a list for a word": ("hidden_debt.toml", 'quality = "official"', "quality = [1]", 7, None, "quality 填写的是“一个列表”"),
    "four steps": ("hidden_debt.toml", '"当年到期的在先", ', "", None, None, "value 有 3 项。应有 4 项"),
    "a month": ("special_projects.toml", "month = 7", "month = 13", None, None, "planned_bonds.month 13 不在 1 到 12 之间"),
}
# fmt: on


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(rules_folder(), tmp_path_factory.mktemp("data") / "rules"))


def faults_of(rules: Path, **contents: bytes | None) -> tuple[Fault, ...]:
    """Read the rules with some files in another state, `None` for absent, and put them back."""
    kept = {name: (rules / name).read_bytes() for name in contents if (rules / name).is_file()}
    for name, content in contents.items():
        (rules / name).unlink(missing_ok=True) if content is None else (rules / name).write_bytes(content)
    try:
        read_rules(rules)
    except InputError as error:
        return error.faults
    finally:
        for name in contents:
            (rules / name).write_bytes(kept[name]) if name in kept else (rules / name).unlink()
    return ()


@pytest.mark.parametrize("name", CHANGED)
def test_a_wrong_edit_is_refused_with_file_line_and_remedy(name: str, rules: Path) -> None:
    file, before, after, line, column, said = CHANGED[name]
    text = (rules / file).read_bytes().decode("utf-8-sig")
    assert before in text
    found = faults_of(rules, **{file: text.replace(before, after, 1).encode()})
    assert any(said in str(fault) and column == fault.column for fault in found), "\n".join(map(str, found))
    assert {Path(fault.where).name for fault in found} == {file} and all(fault.line for fault in found)
    assert line is None or line == next(fault.line for fault in found if said in str(fault))


def test_a_day_after_an_open_end_overlaps() -> None:
    """A row without a last day holds for ever: what begins later stands beside it, it does not leave a gap."""
    rows = [
        {"name": "x", "valid_from": "2021-09-01", "valid_to": "", "line": "2"},
        {"name": "x", "valid_from": "2025-01-01", "valid_to": "", "line": "3"},
    ]
    ((line, column, said, _),) = no_gap("name")(rows)
    assert (line, column, said) == (3, "valid_from", "“x”第 2 行止于 长期，与本行重叠")
    closed = {**rows[0], "valid_to": "2024-06-30"}
    assert [said for _, _, said, _ in no_gap("name")([closed, rows[1]])] == [
        "“x”第 2 行止于 2024-06-30，与本行之间有空档"
    ]
    assert not list(no_gap("name")([{**closed, "valid_to": "2024-12-31"}, rows[1]]))


@pytest.mark.parametrize("content", [None, b"", b"\xff\x00\xff"], ids=["missing", "empty", "unreadable"])
def test_every_file_that_is_missing_empty_or_unreadable_is_named(content: bytes | None, rules: Path) -> None:
    files = {f"{name}.csv" for name in TABLES} | {f"{name}.toml" for name in SETTINGS}
    assert files == {path.name for path in rules.iterdir()}
    found = faults_of(rules, **dict.fromkeys(files, content))
    assert {Path(fault.where).name for fault in found} == files
    assert all("缺少这个规则文件" in str(fault) if content is None else fault.line for fault in found)


def header_of(rules: Path, file: str) -> list[str]:
    return next(csv.reader((rules / file).read_text("utf-8-sig").splitlines()))


def tables_with(rules: Path, change: Callable[[list[list[str]]], list[list[str]]]) -> dict[str, bytes]:
    contents = {}
    for name in TABLES:
        rows = list(csv.reader(io.StringIO((rules / f"{name}.csv").read_text("utf-8-sig"))))
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(change([list(row) for row in rows]))
        contents[f"{name}.csv"] = out.getvalue().encode()
    return contents


@pytest.mark.parametrize("at", range(14))
def test_every_column_is_missed_and_a_stranger_in_its_place_named(at: int, rules: Path) -> None:
    def renamed(rows: list[list[str]]) -> list[list[str]]:
        return [[*rows[0][:at], "备用", *rows[0][at + 1 :]], *rows[1:]] if at < len(rows[0]) else rows

    changed = {name: content for name, content in tables_with(rules, renamed).items() if "备用".encode() in content}
    found = faults_of(rules, **changed)
    for name in changed:
        said = [str(fault) for fault in found if fault.where.endswith(f"/{name}")]
        lost = header_of(rules, name)[at]
        assert any("第 1 行：不认识的列“备用”" in text for text in said)
        assert any(f"第 1 行：缺少列“{lost}”" in text for text in said)


def test_a_row_twice_and_a_blank_source_are_refused_in_every_table(rules: Path) -> None:
    twice = faults_of(rules, **tables_with(rules, lambda rows: [*rows, rows[-1]]))
    assert {Path(fault.where).stem for fault in twice} == set(TABLES) and all(fault.line for fault in twice)
    blank = faults_of(rules, **tables_with(rules, sourceless))
    founded = {name for name, table in TABLES.items() if "source" in table.columns}
    assert {Path(fault.where).stem for fault in blank if (fault.line, fault.column) == (2, "source")} == founded


def sourceless(rows: list[list[str]]) -> list[list[str]]:
    at = rows[0].index("source") if "source" in rows[0] else len(rows[0])
    return [rows[0], [*rows[1][:at], *[""][: len(rows[0]) - at], *rows[1][at + 1 :]], *rows[2:]]


def test_every_key_of_every_settings_file_is_missed(rules: Path) -> None:
    """Each key is renamed in turn, one in every file at a time."""
    texts = {f"{name}.toml": (rules / f"{name}.toml").read_text("utf-8") for name in SETTINGS}
    keys = {
        name: [m.start() for m in re.finditer(r"^(?!fallback|whole_|approved_|history_|form|breach)\w+ =", text, re.M)]
        for name, text in texts.items()
    }
    for step in range(0, 40, 4):
        contents = {}
        for name, starts in keys.items():
            at = starts[step % len(starts)]
            contents[name] = (texts[name][:at] + "x" + texts[name][at:]).encode()
        found = faults_of(rules, **contents)
        assert {Path(fault.where).name for fault in found} == set(texts) and all(fault.line for fault in found)


def test_needed_rows_are_missed(rules: Path) -> None:
    for name, table in TABLES.items():
        for column, needed in table.needs.items():

            def without(rows: list[list[str]], column: str = column, word: str = needed[-1]) -> list[list[str]]:
                return [row for row in rows if column not in rows[0] or row[rows[0].index(column)] != word]

            found = faults_of(rules, **{f"{name}.csv": tables_with(rules, without)[f"{name}.csv"]})
            assert any(f"缺少 {column} 为 {needed[-1]} 的行" in fault.found and fault.line for fault in found)


def test_what_means_the_same_is_read(rules: Path) -> None:
    content = (rules / "funds.csv").read_text("utf-8-sig")
    for same in (content.encode("gb18030"), content.encode("utf-16"), content.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + content.encode(),
                 f"{content.rstrip()}\n,,,,,,,,,\n".encode()):  # fmt: skip
        assert faults_of(rules, **{"funds.csv": same}) == ()
    lines = content.splitlines()
    assert faults_of(rules, **{"funds.csv": "\n".join([lines[0], *reversed(lines[1:])]).encode()}) == ()


def test_a_stray_file_is_named(rules: Path) -> None:
    found = faults_of(rules, **{"limits - 副本.toml": b"x = 1"})
    assert [str(fault) for fault in found] == [
        f"{rules.as_posix()}/limits - 副本.toml：没有程序读这个文件。请移出规则文件夹，或改回原来的文件名。"
    ]


def test_check_lists_the_faults_of_all_rule_files(
    rules: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At the desk: `check` reads every rule file, also those that its place does not need."""
    from fiscal_model.law import rules as law

    folder = Path(shutil.copytree(rules, rules.parent / "spoilt"))
    for name, line in {"coupon_curve.csv": 2, "rating.toml": 3}.items():
        text = (folder / name).read_text("utf-8-sig")
        text = text.replace("0.0153", "错") if line == 2 else text.replace('quality = "unverified"', 'quality = "错"')
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(law, "rules_folder", lambda: folder)
    law._shipped.cache_clear()
    try:
        with pytest.raises(SystemExit) as left:
            main(["check", str(PLACE)])
    finally:
        law._shipped.cache_clear()
    said = capsys.readouterr().err
    assert left.value.code == INPUT_FAULTS and "Traceback" not in said
    assert (
        "coupon_curve.csv 第 2 行“rate”列：填写的是“错”" in said and "rating.toml 第 5 行：quality 填写的是“错”" in said
    )
    assert resources.rules_folder().is_dir()


def test_a_rule_of_a_ledger_says_where_it_is_named(rules: Path) -> None:
    new = b'[new_rule]\nlabel = "x"\nvalue = 1\nsource = "x"\nquality = "design"\n'
    file = (rules / "ledger_debt.toml").read_bytes() + b"\n" + new
    for found in (faults_of(rules, **{"ledger_debt.toml": file}), faults_of(rules, **{"ledger_new.toml": new})):
        assert [str(fault).endswith("台账规则的名称列在 fiscal_model/law/ledger_rules.py。") for fault in found] == [
            True
        ]
    assert "ledger_rules" not in str(faults_of(rules, **{"forecast.toml": new})[0])
