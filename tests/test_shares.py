"""Who keeps how much of a tax: dated shares, the published columns of one county, faults in the tables."""

from itertools import pairwise

import numpy as np
import pytest

from fiscal_model.arithmetic.revenue.shares import recent_ratio, share_in_year, total_collected
from fiscal_model.blocks.revenue.retained import TaxBooks
from fiscal_model.inputs.history import read_history
from fiscal_model.inputs.place import read_place
from fiscal_model.law.classification import why_not_a_code
from fiscal_model.law.rules import rule_table
from fiscal_model.law.tax_sharing import dates_of, rates_of, read_rates, read_shares, shares_of
from fiscal_model.words.errors import InputError
from fiscal_model.words.vocabulary import Budget

LINTAO = {
    "10101": (7833, 3916, 1371, 2546),
    "10102": (17, 17, 0, 0),
    "10104": (3156, 1894, 631, 631),
    "10106": (778, 467, 156, 155),
    "10107": (26, 0, 13, 13),
    "10109": (330, 0, 0, 330),
    "10110": (29, 0, 0, 29),
    "10111": (239, 0, 0, 239),
    "10112": (12, 0, 0, 12),
    "10113": (433, 0, 0, 433),
}
"""临洮县, January and February 2024: collected, and what the centre, the province and the county got of it, 万元."""
ROW = {
    "jurisdiction": "某省",
    "code": "10101",
    "name": "增值税",
    "valid_from": "2016-05-01",
    "valid_to": "",
    "central": "0.5",
    "local": "0.5",
    "province": "0.2",
    "city": "0",
    "county": "0.3",
    "source": "测试",
    "quality": "official",
}
RATE = {
    "code": "10109",
    "name": "城市维护建设税",
    "location": "市区",
    "base_codes": "10101 10102",
    "rate": "0.07",
    "valid_from": "2021-09-01",
    "valid_to": "",
    "source": "测试",
    "quality": "law",
}


# shares by year --------------------------------------------------------------------------------------------


def test_vat_of_2016_counts_four_months_at_a_quarter_and_eight_at_a_half():
    periods = shares_of("", "10101")
    starts, ends = dates_of(periods)
    local = share_in_year(starts, ends, np.array([period.local for period in periods]), (2015, 2016, 2017))
    np.testing.assert_allclose(local, [0.25, 4 / 12 * 0.25 + 8 / 12 * 0.5, 0.5], rtol=1e-12)


def test_levels_may_stand_in_front_of_the_years():
    starts, ends = np.array(["2020-07-01"], "datetime64[D]"), np.array(["NaT"], "datetime64[D]")
    shares = share_in_year(starts, ends, np.array([[[0.6]], [[0.4]]]), (2020, 2021))
    assert shares.shape == (2, 1, 2)
    assert np.isnan(shares[..., 0]).all(), "half a year without a share is no year"
    assert shares[..., 1].ravel().tolist() == [0.6, 0.4]


def test_a_part_says_nothing_about_a_whole_it_has_no_share_of():
    assert np.isnan(total_collected(np.array([5.0]), np.array([0.0]))).all()
    assert total_collected(np.array([65.0]), np.array([0.325])).tolist() == [200.0]


def test_a_ratio_is_the_mean_of_the_last_three_years_that_know_both():
    part, whole = np.array([9.0, 1.0, np.nan, 3.0]), np.array([1.0, 10.0, 10.0, 10.0])
    assert recent_ratio(part, whole) == pytest.approx(0.2)
    assert np.isnan(recent_ratio(part[2:3], whole[2:3]))
    assert recent_ratio(np.array([part, part]), whole).shape == (2,)


# the tables ------------------------------------------------------------------------------------------------


def test_published_columns_of_a_county_are_reproduced_within_rounding():
    for code, (collected, central, province, county) in LINTAO.items():
        period = [p for p in shares_of("甘肃省" if code != "10102" else "", code) if p.valid_to is None][-1]
        assert collected * period.central == pytest.approx(central, abs=1), code
        if code != "10102":
            assert collected * period.province == pytest.approx(province, abs=1), code
            assert collected * period.county == pytest.approx(county, abs=1), code
            assert period.city == 0.0
    # What the printed table adds up to without the taxes behind its cut: 6294, 2171 and 4388 of 7451, 2186 and 5711.
    totals = np.array(list(LINTAO.values())).sum(axis=0)
    assert totals.tolist() == [12853, 6294, 2171, 4388]


def test_shares_add_up_and_never_overlap():
    periods = read_shares(rule_table("revenue_shares"))
    for period in periods:
        assert period.central + period.local == pytest.approx(1)
        below = period.province + period.city + period.county
        assert np.isnan(below) or below == pytest.approx(period.local)
        assert why_not_a_code(Budget.GENERAL, period.code) is None
    for key in {(period.jurisdiction, period.code) for period in periods}:
        same = sorted((p for p in periods if (p.jurisdiction, p.code) == key), key=lambda period: period.valid_from)
        assert all(earlier.valid_to < later.valid_from for earlier, later in pairwise(same))


def test_nothing_that_was_not_read_calls_itself_law():
    for period in read_shares(rule_table("revenue_shares")):
        assert period.quality in {"unverified", "observed"}
        assert "未经核实" in period.source or "未核实" in period.source, period
    assert {period.rate for period in rates_of("10109") if period.quality == "law"} == {0.07, 0.05, 0.01}
    assert {rates_of(code)[0].quality for code in ("1030203", "1030216")} == {"unverified"}


def test_a_province_goes_before_the_nation_and_its_name_may_be_short():
    assert shares_of("甘肃", "10101") == shares_of("甘肃省", "10101")
    assert {period.jurisdiction for period in shares_of("甘肃省", "10120")} == {"全国"}
    assert shares_of("甘肃省", "10399") == ()


def faults_of(read, *rows):
    with pytest.raises(InputError) as caught:
        read(rows, "表.csv")
    return [str(fault) for fault in caught.value.faults]


def test_every_fault_of_the_table_of_shares_is_told():
    rows = (
        {**ROW, "central": "0.6"},
        {**ROW, "code": "10104", "name": "企业所得税", "county": "0.4"},
        {**ROW, "code": "10106", "name": "个人所得税", "central": "50%"},
        {**ROW, "code": "10107", "name": "资源税", "valid_from": "五月"},
        {**ROW, "code": "10110", "name": "房产税", "quality": "sure", "source": " ", "valid_to": "2016-01-01"},
    )
    assert faults_of(read_shares, *rows) == [
        "表.csv 第 2 行：中央与地方比例相加为 1.1。两级相加必须等于 1。",
        "表.csv 第 3 行：省、市、县比例相加为 0.6。三级相加必须等于地方比例 0.5；不知道时三级都留空。",
        "表.csv 第 4 行：“50%”不是数字。比例写小数，日期写成 2016-05-01。",
        "表.csv 第 5 行：日期“五月”至“”无法识别。比例写小数，日期写成 2016-05-01。",
        "表.csv 第 6 行：quality 是“sure”。只能填：observed、law、official、expert、unverified、planner。",
        "表.csv 第 6 行：没有写来源 source。请写明这个比例从哪里来。",
        "表.csv 第 6 行：截止日 2016-01-01 早于起始日 2016-05-01。请核对两个日期。",
    ]


def test_overlapping_dates_are_told():
    later = {**ROW, "valid_from": "2020-01-01"}
    assert faults_of(read_shares, ROW, later) == [
        "表.csv：“某省增值税”2016-05-01 至 长期 与 2020-01-01 起的一行重叠。同一天只能有一个比例；请填前一行的截止日。"
    ]
    closed = {**ROW, "valid_to": "2019-12-31"}
    assert len(read_shares([closed, later])) == 2
    assert faults_of(read_rates, RATE, {**RATE, "valid_from": "2025-01-01"}) == [
        "表.csv：“城市维护建设税市区”2021-09-01 至 长期 与 2025-01-01 起的一行重叠。同一天只能有一个比例；请填前一行的截止日。"
    ]


def test_faults_of_the_table_of_rates_are_told():
    assert faults_of(read_rates, {**RATE, "rate": "7", "base_codes": ""}, {**RATE, "base_codes": ""}) == [
        "表.csv 第 2 行：“7”不在 0 到 1 之间。税率写小数，日期写成 2016-05-01。",
        "表.csv 第 3 行：没有写计征的税种。请在 base_codes 列填科目编码，用空格分开。",
    ]


# what a place keeps ----------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, tiny_place):
    """Share of VAT of a place with VAT of 100, 110, 120 in 2022 to 2024."""

    def share(toml, collected=None, code="10101", level="county"):
        ledger = [
            {"budget": "general", "code": code, "year": 2022 + count, "amount": 100 + 10 * count} for count in range(3)
        ]
        rows = [{"code": code, "year": year, "amount": amount} for year, amount in (collected or {}).items()]
        tables = {"ledger": ledger, **({"collections": rows} if rows else {})}
        folder = tiny_place(tmp_path / "xian", tables=tables)
        text = (folder / "place.toml").read_text(encoding="utf-8").replace('province = "某省"', toml)
        text = text.replace('level = "county"', f'level = "{level}"')
        (folder / "place.toml").write_text(text, encoding="utf-8")
        place = read_place(folder)
        return TaxBooks(place, read_history(place), 2024, (2025, 2026)).retained_share(code)

    return share


def test_retention_is_what_was_booked_of_what_was_collected(kept):
    found = kept('province = "甘肃省"', {2022: 400, 2023: 400, 2024: 400})
    assert found.ahead.tolist() == pytest.approx([0.275, 0.275])
    assert found.past.tolist() == pytest.approx([0.25, 0.275, 0.3])
    assert (found.split, found.quality) == (True, "observed")


def test_without_collections_the_table_of_the_province_holds_unverified(kept):
    found = kept('province = "甘肃省"')
    assert found.ahead.tolist() == [0.325, 0.325]
    assert (found.split, found.basis, found.quality) == (True, "甘肃省分成表", "unverified")


def test_a_prefecture_keeps_the_part_of_the_city_and_of_the_counties(kept):
    county = kept('province = "甘肃省"', code="10104")
    prefecture = kept('province = "甘肃省"', code="10104", level="prefecture")
    assert prefecture.ahead.tolist() == county.ahead.tolist() == [0.2, 0.2], "Gansu's cities keep nothing"


def test_without_a_table_of_the_province_only_the_local_part_is_known(kept):
    found = kept('province = "某省"')
    assert found.ahead.tolist() == [0.5, 0.5]
    assert (found.split, found.basis) == (False, "全国分成表的地方部分")


def test_a_tax_that_stands_nowhere_has_no_share(kept):
    assert kept('province = "甘肃省"', code="10399") is None


def test_the_last_day_of_a_share_is_its_own_and_each_series_has_its_own_ratio():
    days, ends = np.array([["2020-01-01", "2020-06-16"], ["2020-06-15", "NaT"]], "datetime64[D]")
    assert share_in_year(days, ends, np.array([0.25, 0.5]), (2020,)).tolist() == [
        0.375
    ]  # June by its fifteenth: six and six
    ratios = recent_ratio(np.array([[1.0, 2.0], [3.0, np.nan], [np.nan, np.nan]]), np.array([10.0, 10.0]))
    assert ratios[:2].tolist() == pytest.approx([0.15, 0.3]) and np.isnan(ratios[2])
