"""The shipped places: every file reads without faults, and the figures hang together."""

import tomllib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from fiscal_model.inputs.sheets import read_table
from fiscal_model.law.classification import TOTALS_LINES, why_not_a_code
from fiscal_model.registers.catalogue import TABLES
from fiscal_model.words.vocabulary import Budget, DebtKind

PLACES = Path(__file__).resolve().parents[1] / "data" / "places"
FILES = sorted(PLACES.glob("*/*.csv"))
YEARS = range(2021, 2026)


def rows_of(place, table):
    rows, faults = read_table(PLACES / place / f"{table}.csv", TABLES[table], f"{place}/{table}.csv")
    assert [str(fault) for fault in faults] == []
    return [row.values for row in rows]


def totals_of(place):
    return {(row["line"], row["year"], row["status"].value): row["amount"] for row in rows_of(place, "totals")}


@pytest.fixture(scope="module")
def ledger():
    rows = rows_of("yunshui", "ledger")
    return {(row["budget"].value, row["code"], row["year"]): row["amount"] for row in rows}


@pytest.fixture(scope="module")
def totals():
    return totals_of("yunshui")


@pytest.fixture(scope="module")
def debt():
    rows = rows_of("yunshui", "debt")
    return {(row["kind"].value, row["item"].value, row["year"]): row["amount"] for row in rows}


def stock(totals, year):
    status = "estimate" if year == 2025 else "final_accounts"
    return totals["stabilization_fund_stock", year, status]


def classes(ledger, budget, year):
    """Add spending proper: the class codes 201-229, 232-234, without 230 and 231."""
    return sum(
        amount
        for (book, code, when), amount in ledger.items()
        if (book, when) == (budget, year) and len(code) == 3 and code[0] == "2" and code not in {"230", "231"}
    )


# every place -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_reads_without_faults(path):
    assert path.stem in TABLES
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r" not in path.read_bytes()
    rows, faults = read_table(path, TABLES[path.stem], path.name)
    assert [str(fault) for fault in faults] == []
    assert rows
    assert all(row.values["source"].strip() for row in rows)


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=lambda folder: folder.name)
def test_a_place_is_described(folder):
    described = tomllib.loads((folder / "place.toml").read_text(encoding="utf-8"))
    assert described["name"]
    assert described.get("scope", "whole") in {"whole", "own_level"}
    assert (folder / "SOURCES.md").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("path", [p for p in FILES if p.stem == "ledger"], ids=lambda path: path.parent.name)
def test_ledger_codes_are_official(path):
    rows, _ = read_table(path, TABLES["ledger"], path.name)
    wrong = {why_not_a_code(row.values["budget"], row.values["code"]) for row in rows} - {None}
    assert wrong == set()


@pytest.mark.parametrize("path", [p for p in FILES if p.stem == "totals"], ids=lambda path: path.parent.name)
def test_totals_lines_are_known(path):
    rows, _ = read_table(path, TABLES["totals"], path.name)
    assert {row.values["line"] for row in rows} <= set(TOTALS_LINES)


# zhangye ---------------------------------------------------------------------------------------------------


def test_zhangye_budget_adds_up():
    total = totals_of("zhangye")
    parts = ("own_revenue", "transfers_general_purpose", "rebates", "stabilization_draw", "transfer_in")
    available = sum(total[line, 2026, "budget"] for line in parts)
    assert available == pytest.approx(1_238_416)
    assert total["available_resources", 2026, "budget"] == pytest.approx(available, abs=50)
    resources = available + sum(total[line, 2026, "budget"] for line in ("transfers_earmarked", "carry_in"))
    assert total["resources_total", 2026, "budget"] == pytest.approx(resources, abs=500)
    assert total["carry_out", 2025, "estimate"] == total["carry_in", 2026, "budget"]


def test_zhangye_five_years_of_revenue_match_the_published_sum():
    total = totals_of("zhangye")
    years = [*((year, "final_accounts") for year in range(2021, 2025)), (2025, "estimate")]
    assert sum(total["own_revenue", *key] for key in years) == pytest.approx(1_697_000, abs=1000)
    assert total["own_revenue", 2024, "final_accounts"] * 1.073 == pytest.approx(389_000, abs=1000)


def test_zhangye_debt_adds_up():
    rows = rows_of("zhangye", "debt")
    held = {(row["kind"].value, row["item"].value, row["year"]): row["amount"] for row in rows}
    published = {
        ("limit_stock", 2018): 899_400,
        ("closing_stock", 2018): 768_400,
        ("closing_stock", 2023): 3_095_600,
        ("limit_stock", 2024): 3_411_900,
        ("closing_stock", 2024): 3_334_000,
    }
    for (item, year), amount in published.items():
        assert held["general", item, year] + held["special", item, year] == pytest.approx(amount)
    assert {year for _, item, year in held if item != "issued_new"} == {2018, 2023, 2024}
    assert held["special", "issued_new", 2025] == pytest.approx(102_000)


# gangu -----------------------------------------------------------------------------------------------------

RESOURCES = ("own_revenue", "transfers", "debt_proceeds_general", "carry_in", "transfer_in", "stabilization_draw")
USES = (
    "expenditure",
    "remitted_up",
    "principal_general",
    "stabilization_topup",
    "revolving_topup",
    "regional_out",
    "carry_out",
)
FUND_RESOURCES = ("fund_revenue", "fund_transfers", "fund_carry_in", "debt_proceeds_special")
FUND_USES = ("fund_expenditure", "fund_remitted_up", "fund_transfer_out", "principal_special", "fund_carry_out")


@pytest.mark.parametrize(("year", "unlisted"), [(2021, 0), (2023, 22_014), (2024, 0)])
def test_gangu_final_accounts_close(year, unlisted):
    total = {
        line: v for (line, when, status), v in totals_of("gangu").items() if (when, status) == (year, "final_accounts")
    }

    def added(lines):
        return sum(total.get(line, 0) for line in lines)

    assert added(RESOURCES) == total["resources_total"] == total["uses_total"] == added(USES)
    assert added(FUND_RESOURCES) == total["fund_resources_total"] == total["fund_uses_total"]
    assert total["fund_uses_total"] == added(FUND_USES) + unlisted
    assert total["transfers"] == total["rebates"] + total["general_transfers"] + total["special_transfers"]


def test_gangu_carries_over_from_year_to_year():
    total = totals_of("gangu")
    for line in ("carry", "fund_carry"):
        assert total[f"{line}_out", 2023, "final_accounts"] == total[f"{line}_in", 2024, "final_accounts"]
    assert ("principal_special", 2023, "final_accounts") not in total


# yunshui ---------------------------------------------------------------------------------------------------


def test_yunshui_has_every_table():
    assert {path.stem for path in (PLACES / "yunshui").glob("*.csv")} == set(TABLES)
    described = tomllib.loads((PLACES / "yunshui" / "place.toml").read_text(encoding="utf-8"))
    assert described["invented"] is True
    for name in TABLES:
        assert {row["source"] for row in rows_of("yunshui", name)} == {"虚构数据（仅供演示）"}


@pytest.mark.parametrize("year", [*YEARS, 2026])
def test_yunshui_budgets_close(ledger, year):
    def added(budget, *codes):
        return sum(ledger.get((budget, code, year), 0.0) for code in codes)

    general = added("general", "101", "103", "11001", "11002", "11003", "11008", "11009", "11011", "11015")
    assert general == classes(ledger, "general", year) + added("general", "231", "23006", "23009", "23015")
    funds = added("funds", "103", "11004", "11008", "11011")
    assert funds == classes(ledger, "funds", year) + added("funds", "231", "23008", "23009")
    capital = added("state_capital", "103", "11005", "11008")
    assert capital == classes(ledger, "state_capital", year) + added("state_capital", "23008", "23009")
    assert added("general", "11009") == added("funds", "23008") + added("state_capital", "23008")


def test_yunshui_carries_over_from_year_to_year(ledger, totals):
    for budget in ("general", "funds", "state_capital"):
        for year in YEARS:
            assert ledger[budget, "23009", year] == ledger[budget, "11008", year + 1]
    assert ledger["general", "11008", 2021] == totals["carry_out", 2020, "final_accounts"]
    assert ledger["funds", "11008", 2021] == totals["fund_carry_out", 2020, "final_accounts"]


def test_yunshui_stabilisation_fund_rolls(ledger, totals):
    for year in YEARS:
        change = ledger["general", "23015", year] - ledger["general", "11015", year]
        assert stock(totals, year) == stock(totals, year - 1) + change
    assert stock(totals, 2025) == 2900


def test_yunshui_codes_add_up_to_their_parents(ledger):
    children = defaultdict(float)
    for (budget, code, year), amount in ledger.items():
        if len(code) > 3:
            children[budget, code[:-2], year] += amount
    parents = [key for key in children if key in ledger]
    assert {key: ledger[key] for key in parents} == {key: children[key] for key in parents}
    assert {("general", "101", year) for year in range(2016, 2026)} <= set(parents)
    assert {("general", "11002", year) for year in YEARS} <= set(parents)


def test_yunshui_totals_agree_with_the_ledger(ledger, totals):
    for year in range(2016, 2026):
        status = "estimate" if year == 2025 else "final_accounts"
        own = ledger["general", "101", year] + ledger["general", "103", year]
        assert totals["own_revenue", year, status] == own
        if year in YEARS:
            assert totals["expenditure", year, status] == classes(ledger, "general", year)
            assert totals["fund_expenditure", year, status] == classes(ledger, "funds", year)
            assert totals["fund_revenue", year, status] == ledger["funds", "103", year]
            kinds = ("11001", "11002", "11003")
            assert totals["transfers", year, status] == sum(ledger["general", kind, year] for kind in kinds)
            assert totals["resources_total", year, status] == totals["uses_total", year, status]


def test_yunshui_debt_rolls_and_meets_the_budget(ledger, debt):
    for kind, budget in (("general", "general"), ("special", "funds")):
        for year in YEARS:
            change = debt[kind, "issued", year] - debt[kind, "repaid", year] + debt.get((kind, "other_change", year), 0)
            assert debt[kind, "closing_stock", year] == debt[kind, "opening_stock", year] + change
            assert debt[kind, "closing_stock", year] <= debt[kind, "limit_stock", year]
            new = debt[kind, "issued_new", year] + debt[kind, "issued_refinancing", year]
            assert debt[kind, "issued", year] == new == ledger[budget, "11011", year]
            assert debt[kind, "repaid", year] == ledger[budget, "231", year]
            if year > 2021:
                assert debt[kind, "opening_stock", year] == debt[kind, "closing_stock", year - 1]


def paydates(bond, per_year):
    """Yield the years of payment with the balance before each: one every 12 / per_year months."""
    first, last = bond["issue_date"], bond["maturity_date"]
    count = (last.year - first.year) * per_year
    for number in range(1, count + 1):
        months = first.month - 1 + number * 12 // per_year
        paid = (number - 1) / count if bond["amortisation"].value == "equal_principal" else 0.0
        yield first.year + months // 12, bond["face"] * (1 - paid), number == count


def of_year(bonds, year):
    """Return (interest, principal) paid in a year and the balance at its end."""
    interest = principal = balance = 0.0
    for bond in bonds:
        left = bond["face"] if bond["issue_date"].year <= year else 0.0
        payments = (bond["maturity_date"].year - bond["issue_date"].year) * bond["interest_frequency"]
        for when, before, last in paydates(bond, bond["interest_frequency"]):
            back = before if last else 0.0
            if bond["amortisation"].value == "equal_principal":
                back = bond["face"] / payments
            if when <= year:
                left -= back
            if when == year:
                interest += before * bond["coupon_rate"] / bond["interest_frequency"]
                principal += back
        balance += left
    return interest, principal, balance


@pytest.mark.parametrize(("kind", "budget"), [("general", "general"), ("special", "funds")])
def test_yunshui_bonds_tie_to_debt_and_budget(ledger, debt, kind, budget):
    bonds = [row for row in rows_of("yunshui", "bonds") if row["kind"] is DebtKind(kind)]
    assert all(bond["issue_date"] < bond["maturity_date"] for bond in bonds)
    interest, principal, balance = of_year(bonds, 2025)
    assert balance == pytest.approx(debt[kind, "closing_stock", 2025])
    assert principal == pytest.approx(debt[kind, "repaid", 2025])
    assert ledger[budget, "232", 2025] == pytest.approx(interest, abs=0.5)
    issued = sum(bond["face"] for bond in bonds if bond["issue_date"].year == 2025)
    assert issued == debt[kind, "issued", 2025]
    next_interest, next_principal, _ = of_year(bonds, 2026)
    assert ledger[budget, "232", 2026] == pytest.approx(next_interest, abs=0.5)
    assert ledger[budget, "231", 2026] == pytest.approx(next_principal)


def test_yunshui_carryovers_add_up(ledger):
    held = defaultdict(float)
    for row in rows_of("yunshui", "carryovers"):
        held[row["budget"]] += row["amount"]
    assert held == {Budget.GENERAL: ledger["general", "23009", 2025], Budget.FUNDS: ledger["funds", "23009", 2025]}
    assert min(row["origin_year"] for row in rows_of("yunshui", "carryovers")) < 2023


def test_yunshui_treasury_rolls_to_the_carried_money(ledger, totals):
    months = rows_of("yunshui", "treasury")
    assert [(row["year"], row["month"]) for row in months] == [(y, m) for y in (2024, 2025) for m in range(1, 13)]
    for before, after in pairwise(months):
        assert after["closing_balance"] == before["closing_balance"] + after["inflow"] - after["outflow"]
    carried = sum(ledger[budget, "23009", 2025] for budget in ("general", "funds", "state_capital"))
    lent = sum(row["balance"] for row in rows_of("yunshui", "temporary_payments"))
    assert months[-1]["closing_balance"] == carried + stock(totals, 2025) - lent


def test_yunshui_insurance_rolls(ledger):
    books = defaultdict(dict)
    for row in rows_of("yunshui", "insurance"):
        books[row["scheme"], row["year"]][row["item"].value] = row["amount"]
    for (scheme, year), book in books.items():
        assert book["revenue"] == book["contributions"] + book["interest"] + book["subsidy"]
        assert book["balance"] == book["revenue"] - book["expenditure"]
        if year > 2023:
            assert book["balance_stock"] == books[scheme, year - 1]["balance_stock"] + book["balance"]
        code = "20826" if scheme.startswith("城乡居民") else "2080507"
        assert book["subsidy"] == ledger["general", code, year]


def test_yunshui_guarantees_are_shared_fully_and_one_item_falls_short(ledger):
    items = rows_of("yunshui", "guarantee_items")
    need, short = 0.0, []
    for item in items:
        levels = ("central_share", "province_share", "city_share", "county_share")
        assert sum(item[level] for level in levels) == pytest.approx(1, abs=1e-12)
        standard = max(item["standard"], item["local_standard"] or 0)
        cost = item["persons"] * standard * item["periods"] * item["coverage"] / 1e4
        need += cost
        if item["arranged"] < cost - 1e-6:
            short.append(item["name"])
        assert item["arranged"] < cost + 1
    assert short == ["高龄津贴"]
    staff = rows_of("yunshui", "staff")
    assert sum(row["serving_persons"] for row in staff) == 6400
    for row in staff:
        pay = row["serving_persons"] * row["pay_per_person"] * (1 + row["employer_rate"] + row["housing_rate"])
        running = row["serving_persons"] * row["operations_quota"]
        need += row["fiscal_share"] * (pay + running + row["retired_persons"] * row["retiree_cost_per_person"]) / 1e4
    assert 100_000 < need < classes(ledger, "general", 2025) / 2


def test_yunshui_other_registers():
    hidden = rows_of("yunshui", "hidden_debt")
    assert sum(row["balance"] for row in hidden) == 61_000
    assert sum(row["balance"] for row in hidden if row["after_2028"].value == "yes") == 9_000
    assert all(row["planned_year"] <= 2028 or row["after_2028"].value == "yes" for row in hidden)
    projects = rows_of("yunshui", "projects")
    assert len({row["category"] for row in projects}) == 5
    assert [row["status"].value for row in projects].count("committed") == 3
    assert {row["project_code"] for row in rows_of("yunshui", "project_costs")} == {
        row["project_code"] for row in projects if row["project_code"] <= "YSP10"
    }, "the others stand in the reserve pool only"
    payments = rows_of("yunshui", "temporary_payments")
    assert len({row["origin"] for row in payments}) == 2
    assert len(rows_of("yunshui", "firms")) == 4
    assert len(rows_of("yunshui", "macro")) == 35
