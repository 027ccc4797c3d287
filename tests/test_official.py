"""Importing a bureau's workbook: a small invented one, the real one when at hand, the committed files."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from official_book import Sheets, import_book, set_cell

from fiscal_model.inputs.official import OfficialImport, import_official, summary, write_place
from fiscal_model.inputs.sheets import read_table
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.errors import InputError
from fiscal_model.words.vocabulary import Budget, DebtItem, DebtKind, InsuranceItem, Scope, Status

ROOT = Path(__file__).resolve().parents[1]
LIJIANG = ROOT / "data" / "places" / "lijiang"
WORKBOOK = Path(
    os.environ.get("FISCAL_MODEL_OFFICIAL_WORKBOOK", ROOT.parent / "shared/data/lijiang_2025_budget_attachment.xlsx")
)
DOCUMENT = "云水县2025年预算执行和2026年预算（草案）附表"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> OfficialImport:
    return import_book(tmp_path_factory.mktemp("official"))


def _ledger(imported: OfficialImport) -> dict[tuple[object, ...], float]:
    return {(row.budget, row.scope, row.code, row.year, row.status): row.amount for row in imported.ledger}


def test_rows_by_code_are_read_with_year_status_scope_and_source(small: OfficialImport) -> None:
    ledger = _ledger(small)
    general, whole = Budget.GENERAL, Scope.WHOLE
    assert ledger[general, whole, "10104", 2024, Status.FINAL_ACCOUNTS] == 200
    assert ledger[general, whole, "10104", 2025, Status.BUDGET] == 210
    assert ledger[general, whole, "10104", 2025, Status.ESTIMATE] == 220
    assert ledger[general, whole, "10101", 2026, Status.BUDGET] == 500
    assert ledger[general, Scope.OWN_LEVEL, "101", 2025, Status.ESTIMATE] == 660
    sources = {row.source for row in small.ledger if row.code == "2010101"}
    assert sources == {f"{DOCUMENT}·表二"}
    assert (small.name, small.unplaced) == ("云水县", ())


def test_rows_without_a_code_are_known_by_name(small: OfficialImport) -> None:
    ledger, year = _ledger(small), (2025, Status.ESTIMATE)
    assert ledger[Budget.GENERAL, Scope.WHOLE, "11002", *year] == 1100
    assert ledger[Budget.GENERAL, Scope.WHOLE, "11003", *year] == 150
    assert ledger[Budget.STATE_CAPITAL, Scope.WHOLE, "1030602", *year] == 99
    assert ledger[Budget.STATE_CAPITAL, Scope.WHOLE, "11005", *year] == 47
    assert ledger[Budget.STATE_CAPITAL, Scope.WHOLE, "11008", *year] == 5


def test_empty_is_not_zero_and_only_printed_classes_keep_their_zero(small: OfficialImport) -> None:
    ledger, year = _ledger(small), (2025, Status.ESTIMATE)
    assert ledger[Budget.GENERAL, Scope.WHOLE, "10308", *year] == 0
    assert (Budget.GENERAL, Scope.WHOLE, "10308", 2025, Status.BUDGET) not in ledger
    for hidden_or_item in ("10118", "20102", "2010102"):
        assert (Budget.GENERAL, Scope.WHOLE, hidden_or_item, *year) not in ledger


def test_a_negative_and_a_row_printed_beside_its_group_carry_a_note(small: OfficialImport) -> None:
    notes = {(row.code, row.year, row.status): row.note for row in small.ledger}
    assert notes["2010102", 2024, Status.FINAL_ACCOUNTS] == "原表印的就是负数"
    assert notes["230", 2025, Status.ESTIMATE] == "原表把23009年终结转列在本科目之外，未计入本数"


def test_insurance_by_scheme_and_side_by_side_debt(small: OfficialImport) -> None:
    schemes = {(row.scheme, row.item, row.year): row.amount for row in small.insurance}
    pension, medical = "城乡居民基本养老保险基金", "居民基本医疗保险基金"
    assert schemes[pension, InsuranceItem.SUBSIDY, 2025] == 35
    assert schemes[medical, InsuranceItem.BALANCE, 2025] == -5
    assert schemes[pension, InsuranceItem.BALANCE_STOCK, 2025] == 200
    assert {scheme for scheme, _, _ in schemes} == {pension, medical}
    debt = {(row.kind, row.scope, row.item, row.year): row.amount for row in small.debt}
    assert debt[DebtKind.GENERAL, Scope.WHOLE, DebtItem.OPENING_STOCK, 2025] == 510.25
    assert debt[DebtKind.GENERAL, Scope.OWN_LEVEL, DebtItem.OTHER_CHANGE, 2024] == 10.25
    assert debt[DebtKind.SPECIAL, Scope.WHOLE, DebtItem.CLOSING_STOCK, 2025] == 150
    assert (DebtKind.SPECIAL, Scope.WHOLE, DebtItem.ISSUED, 2025) not in debt


def test_every_total_of_a_sound_book_ties(small: OfficialImport) -> None:
    assert [str(tie) for tie in small.not_tying] == []
    said = " ".join(tie.label for tie in small.ties)
    for what in (
        "全县一般公共预算收入",
        "各项支出合计",
        "与支出总计",
        "收入小计",
        "年末滚存结余",
        "不超过限额",
        "一般与专项之和",
    ):
        assert what in said


@pytest.mark.parametrize(
    ("sheet", "label", "column", "value", "text"),
    [
        (
            "01-1 ",
            "税收收入",
            5,
            670,
            "表一：2025年执行数“101税收收入”，下级科目之和：印的是 670，重新计算是 660，相差 10",
        ),
        (
            "02",
            "支出合计",
            2,
            1000,
            "表二：2024年决算数“支出合计”，上列各项之和：印的是 1,000，重新计算是 920，相差 80",
        ),
        (
            "05",
            "股利、股息收入",
            3,
            90,
            "表五：2025年执行数“1030602股利、股息收入”，下级科目之和：印的是 90，重新计算是 99",
        ),
        (
            "09",
            "当年末地方政府一般债务余额",
            2,
            630,
            "全辖2025年执行数一般债务年末余额，不超过限额：印的是 630，上限是 620",
        ),
        ("10", "增值税", 2, 441, "与表一所印同一个数相等（以表一为准）：印的是 441，重新计算是 440，相差 1"),
        (
            "01-2",
            "各项支出合计",
            5,
            2110,
            "一般公共预算收入总计，与支出总计（表一）相等：印的是 2,100，重新计算是 2,110",
        ),
    ],
)
def test_a_total_that_does_not_tie_is_reported_not_mended(
    tmp_path: Path, sheet: str, label: str, column: int, value: float, text: str
) -> None:
    imported = import_book(tmp_path, lambda sheets: set_cell(sheets, sheet, label, column, value))
    assert any(text in str(tie) for tie in imported.not_tying), "\n".join(map(str, imported.not_tying))
    assert text in summary(imported)


def test_moved_rows_columns_and_sheets_change_nothing(small: OfficialImport, tmp_path: Path) -> None:
    def shuffle(sheets: Sheets) -> None:
        moved = {f"表{n}": [[], [], *(["", "", *row] for row in sheets[s])] for n, s in enumerate(reversed(sheets))}
        sheets.clear()
        sheets.update(moved)

    other = import_book(tmp_path, shuffle)
    assert (other.ledger, other.debt, other.insurance) == (small.ledger, small.debt, small.insurance)
    assert set(other.ties) == set(small.ties)


def test_a_row_without_place_in_the_chart_is_named(tmp_path: Path) -> None:
    def add(sheets: Sheets) -> None:
        sheets["01-1 "] = [*sheets["01-1 "], ["", "账务调整收入", 7, "", "", "", "", "是"]]

    imported = import_book(tmp_path, add)
    why = "没有科目编码，名称也对不上科目表"
    assert imported.unplaced == (f"表一第 20 行“账务调整收入”（2024年决算数 7）：{why}",)


def test_a_column_of_another_kind_of_figure_is_named(tmp_path: Path) -> None:
    def rename(sheets: Sheets) -> None:
        sheets["10"] = [
            [{"2026年预算数": "2026年一季度快报数"}.get(str(cell), cell) for cell in row] for row in sheets["10"]
        ]

    imported = import_book(tmp_path, rename)
    assert "（工作表 10）：2026年一季度快报数" in summary(imported)
    assert not [row for row in imported.ledger if row.year == 2026]


def test_summary_lists_what_was_found_and_what_was_left_out(small: OfficialImport) -> None:
    text = summary(small)
    assert "云水县：在 book.xlsx 中找到 10 张表，导入 9 张。" in text
    assert "表四《2025年县本级预备费安排情况表》（工作表 04）：预备费的分项安排，不是按科目的收支表" in text
    assert f"重新相加 {len(small.ties)} 个合计数，0 个对不上。" in text


def test_faults_are_told_in_chinese_and_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "预算.xlsx"
    with pytest.raises(InputError, match=r"预算\.xlsx：找不到这个文件。请检查文件名和所在文件夹。"):
        import_official(path)
    path.write_text("这不是工作簿", encoding="utf-8")
    with pytest.raises(InputError, match=r"预算\.xlsx：不是可以读取的 Excel 工作簿"):
        import_official(path)
    with pytest.raises(InputError, match="工作簿里没有认得出的预算表"):
        import_book(tmp_path, lambda sheets: [sheets.pop(name) for name in [*sheets][2:]])

    def spoil(sheets: Sheets) -> None:
        set_cell(sheets, "02", "支出合计", 2, "约九百")
        sheets["05"] = [row for row in sheets["05"] if "单位：万元" not in row]

    with pytest.raises(InputError) as caught:
        import_book(tmp_path, spoil)
    assert "输入有 2 处错误" in str(caught.value)
    assert "book.xlsx 工作表“02” 第 11 行“2024年决算数”列：应为数字，填写的是“约九百”" in str(caught.value)
    assert "没有写明单位。请在标题下方写上“单位：万元”" in str(caught.value)


def test_writing_a_place_replaces_its_own_files_only(small: OfficialImport, tmp_path: Path) -> None:
    folder = tmp_path / "yunshui"
    folder.mkdir()
    (folder / "place.toml").write_text('name = "自己写的"\n', encoding="utf-8")
    (folder / "totals.csv").write_text("自己填的\n", encoding="utf-8")
    written = write_place(small, folder)
    assert sorted(path.name for path in written) == ["SOURCES.md", "debt.csv", "insurance.csv", "ledger.csv"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["place.toml", "totals.csv", *(path.name for path in written)]
    )
    assert (folder / "place.toml").read_text(encoding="utf-8") == 'name = "自己写的"\n'
    for name, rows in (("ledger", small.ledger), ("debt", small.debt), ("insurance", small.insurance)):
        read, faults = read_table(folder / f"{name}.csv", TABLES[name], name)
        assert (len(read), faults) == (len(rows), [])
    assert (folder / "ledger.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.skipif(not WORKBOOK.is_file(), reason="需要丽江市附表工作簿：请设置 FISCAL_MODEL_OFFICIAL_WORKBOOK")
def test_the_real_workbook_gives_the_committed_files(tmp_path: Path) -> None:
    imported = import_official(WORKBOOK)
    write_place(imported, tmp_path)
    for name in ("ledger.csv", "debt.csv", "insurance.csv"):
        fresh = (tmp_path / name).read_text(encoding="utf-8-sig").splitlines()
        assert fresh == (LIJIANG / name).read_text(encoding="utf-8-sig").splitlines()
    assert len({(table.number, table.title) for table in imported.tables}) == 48
    assert (len(imported.ties), len(imported.not_tying), imported.unplaced) == (3577, 11, ())
    assert "21305" in imported.not_tying[0].label
    assert all("年末滚存结余" in tie.label for tie in imported.not_tying[1:])


def _committed(name: str) -> list[dict[str, str]]:
    with (LIJIANG / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _side(rows: list[dict[str, str]], first: str) -> float:
    """One side of a budget: its classes, and the rows that the book prints beside their own class."""
    codes = {row["code"]: row for row in rows if row["code"].startswith(first)}
    beside = {
        code
        for row in codes.values()
        if row["note"].startswith("原表把")
        for code in ("23009", "23021")
        if code in row["note"]
    }
    tops = [
        code for code in codes if not any(code[:size] in codes for size in range(3, len(code), 2)) or code in beside
    ]
    return sum(float(codes[code]["amount"]) for code in tops)


@pytest.mark.parametrize(
    ("budget", "scope", "year", "status", "total"),
    [
        ("general", "whole", "2024", "final_accounts", 2_074_117),
        ("general", "whole", "2025", "estimate", 2_081_074),
        ("general", "whole", "2026", "budget", 2_097_731),
        ("general", "own_level", "2025", "adjusted_budget", 1_818_154),
        ("funds", "whole", "2025", "estimate", 772_096),
        ("funds", "own_level", "2026", "budget", 507_972),
        ("state_capital", "whole", "2025", "estimate", 3_150),
    ],
)
def test_both_sides_of_the_committed_budgets_are_equal(
    budget: str, scope: str, year: str, status: str, total: float
) -> None:
    wanted = {"budget": budget, "scope": scope, "year": year, "status": status}
    rows = [row for row in _committed("ledger") if all(row[key] == value for key, value in wanted.items())]
    assert (_side(rows, "1"), _side(rows, "2")) == (total, total)


def test_the_committed_figures_are_the_published_ones() -> None:
    ledger = {
        (row["budget"], row["code"]): float(row["amount"])
        for row in _committed("ledger")
        if (row["scope"], row["year"], row["status"]) == ("whole", "2025", "estimate")
    }
    assert ledger["general", "101"] + ledger["general", "103"] == 567_755
    assert (ledger["general", "232"], ledger["funds", "232"]) == (46_367, 96_233)
    stocks = [
        float(row["amount"])
        for row in _committed("insurance")
        if (row["item"], row["scope"], row["year"], row["status"]) == ("balance_stock", "whole", "2025", "estimate")
    ]
    assert sum(stocks) == 702_888


@pytest.mark.parametrize("scope", ["whole", "own_level"])
@pytest.mark.parametrize("kind", ["general", "special"])
@pytest.mark.parametrize(("year", "status"), [("2024", "final_accounts"), ("2025", "estimate"), ("2026", "budget")])
def test_committed_debt_rolls_forward_within_its_limit(scope: str, kind: str, year: str, status: str) -> None:
    debt = {
        row["item"]: float(row["amount"])
        for row in _committed("debt")
        if (row["scope"], row["kind"], row["year"], row["status"]) == (scope, kind, year, status)
    }
    closing = debt["opening_stock"] + debt["issued"] - debt["repaid"] + debt["other_change"]
    assert closing == pytest.approx(debt["closing_stock"], abs=0.01)
    assert debt["closing_stock"] <= debt["limit_stock"]
    published = {("whole", "general", "2025"): 1_562_724.25, ("whole", "special", "2025"): 3_218_050}
    assert debt["closing_stock"] == published.get((scope, kind, year), debt["closing_stock"])
