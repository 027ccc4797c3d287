"""The plan as one web page: whole, sealed, the same figures as everywhere, answer first."""

import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from lxml import html as pages
from report_case import Case, shipped_case, write_pixel

from fiscal_model.analysis.risk.simulate import simulate
from fiscal_model.report.canvas import LIGHTS
from fiscal_model.report.decision_summary import Summary, summarise
from fiscal_model.report.eight_numbers import eight_numbers
from fiscal_model.report.marks import Mark
from fiscal_model.report.series import TITLES
from fiscal_model.report.writers.page import write_page
from fiscal_model.report.writers.page_charts import cards_of, charts_of, values_of
from fiscal_model.words.shortened import shortened
from fiscal_model.words.table import printed_row

MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def case(plan_of) -> Case:
    return shipped_case(plan_of, "yunshui")


@pytest.fixture(scope="module")
def summary(case: Case) -> Summary:
    return summarise(case.plan, case.fan)


@pytest.fixture(scope="module")
def written(case: Case, summary: Summary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    figures = {name: write_pixel(folder / f"{name}.png") for name in TITLES}
    bar = Mark((0.1, 0.2, 0.3, 0.4), "", "<i>专项</i>", "2041年", 2041.0, (26_000.0,))
    told = case.alternatives, summary, {"maturity_wall": [bar]}
    for name in ("plan.html", "again.html"):
        write_page(folder / name, case.plan, case.fan, case.chapters, case.tables, figures, *told)
    return folder / "plan.html"


@pytest.fixture(scope="module")
def page(written: Path):
    return pages.document_fromstring(written.read_text(encoding="utf-8"))


def test_the_page_is_one_file_that_loads_nothing(written: Path, page) -> None:
    text = written.read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES and text == written.with_name("again.html").read_text(encoding="utf-8")
    assert not page.xpath("//link | //iframe | //form | //@style | //@onclick | //script[@src] | //base")
    assert {each[:22] for each in page.xpath("//@src")} == {"data:image/png;base64,"}
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "") and "https://" not in text


def test_its_policy_lets_our_script_and_style_run_and_nothing_else(page) -> None:
    [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    said = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert said["default-src"] == "'none'" and said["img-src"] == "data:"
    for kind, code in (("script-src", page.xpath("//script")[-1]), ("style-src", page.xpath("//style")[0])):
        digest = base64.b64encode(hashlib.sha256(code.text.encode()).digest()).decode()
        assert said[kind] == f"'sha256-{digest}'"


@pytest.mark.parametrize("place", ["gangu", "yunshui"])
@pytest.mark.parametrize(
    "changes", [{}, {"pay_shift": 0.1}, {"own_revenue_shift": -0.3, "transfers_shift": -0.1}, {"tax_shift": 0.5}]
)
def test_a_light_read_off_the_lines_is_the_light_of_the_report(plan_of, place, changes) -> None:
    """The rules that the page is given for its lights come to what the report says of any plan of the place."""
    plan = plan_of(place, **changes)
    known = {name: np.array(values, dtype=float) for name, values in values_of(plan).items()}
    for card, number in zip(cards_of(plan), eight_numbers(plan, simulate(plan, paths=50)), strict=True):
        if not card or not card["light"] or number.light == "none":
            continue
        grades = []
        for test in card["light"]:
            if "fixed" in test:
                grades.append(test["fixed"])
                continue
            line, *wholes = (known[name] for name in test["of"])
            values = line / sum(wholes) if wholes else line.sum(keepdims=True) if "total" in test else line
            beyond = [values < bound - 1e-9 if test["less"] else values >= bound for _, bound in test["bands"]]
            grades.append(
                next(
                    (word for (word, _), over in zip(test["bands"], beyond, strict=True) if over.any()),
                    test.get("otherwise", "绿"),
                )
            )
        assert max(grades, key="绿黄橙红".index) == number.word, (number.id, grades)


def test_the_answer_comes_first(page, summary: Summary) -> None:
    first = page.xpath("//main/section")[0]
    assert first.get("id") == "summary"
    lights = [each.get("class").removeprefix("light-") for each in first.xpath(".//ul[@class='cards']/li")]
    words = {"red": "红", "orange": "橙", "yellow": "黄", "green": "绿"}
    said = [str(row.values[0]) for row in summary.tables[0].rows]
    assert len(lights) == 8 and all(
        words[light] == text[-1] for light, text in zip(lights, said, strict=True) if light != "none"
    )
    text = first.text_content()
    for expected in (*said, *summary.conclusion, *summary.changes, *(row.label for row in summary.tables[1].rows)):
        assert expected in text
    assert all(
        f".cards .light-{light} {{ background: #{LIGHTS[word]}; }}" in page.xpath("//style")[0].text
        for light, word in words.items()
    )


def test_every_link_of_the_contents_leads_somewhere(page, case: Case) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)) and {each[1:] for each in page.xpath("//a/@href")} <= set(ids)
    bar = page.xpath("//nav")[0].text_content()
    assert all(each.title in bar for each in case.chapters if each.number != "附件1")


def test_every_chapter_and_every_cell_of_every_table_is_there(page, case: Case) -> None:
    text = page.xpath("//main")[0].text_content()
    for chapter in case.chapters:
        assert chapter.number == "附件1" or all(each in text for each in chapter.paragraphs), chapter.title
    for table in map(shortened, case.tables):
        [shown] = page.xpath(f"//details[@id='table-{table.id}']")
        rows = [[each.text_content() for each in row] for row in shown.xpath(".//tbody/tr")]
        assert rows == [[row.label, *printed_row(table, row)] for row in table.rows], table.id
        assert all(note in shown.text_content() for note in table.notes)


def test_a_figure_is_drawn_by_the_page_or_stands_in_it_as_a_picture_once(page, case: Case) -> None:
    data = json.loads(page.xpath("//script[@id='data']")[0].text)
    drawn, pictures = page.xpath("//@data-charts"), page.xpath("//section[@class='chapter']//img/@alt")
    named = [figure for chapter in case.chapters for figure in chapter.figures]
    assert set(drawn) <= set(data["charts"]) and len(drawn) >= 6
    assert sorted(drawn) + sorted(pictures) == sorted(set(drawn)) + sorted(
        TITLES[each] for each in named if each not in drawn
    )
    box, told = [0.1, 0.2, 0.3, 0.4], [["<i>专项</i>", "26,000"]]
    assert data["pictures"] == {"maturity_wall": [{"box": box, "title": "2041年", "told": told}]}
    assert page.xpath("//figure/@data-picture") == [name for name in named if name not in drawn]


def test_the_page_holds_every_line_of_every_scenario(page, case: Case) -> None:
    data = json.loads(page.xpath("//script[@id='data']")[0].text)
    assert [each["id"] for each in data["scenarios"]] == ["baseline", "pessimistic"] and data["years"] == list(
        case.plan.years
    )
    for each in data["scenarios"]:
        plan = case.alternatives[each["id"]]
        for line in data["lines"]:
            assert each["values"][line["id"]] == pytest.approx(
                plan.line(line["id"]).tolist(), abs=1e-7, nan_ok=True
            ) or (None in each["values"][line["id"]])
    low, *_, high = data["fan"]["own_revenue"]
    assert low == pytest.approx(case.fan.lines["own_revenue"][case.fan.quantiles.index(0.1)].tolist(), abs=1e-7)
    assert all(one < other for one, other in zip(low, high, strict=True))


def test_a_place_with_little_data_draws_no_empty_frame(plan_of) -> None:
    """张掖 has no debt: no chart of it, and figures that are not there are null, never zero."""
    plan = plan_of("zhangye")
    charts, values = charts_of(plan), values_of(plan)
    known = {name for name, found in values.items() if None not in found}
    for chart in (each for found in charts.values() for each in found):
        drawn = [
            *(each for bar in chart.get("bars", ()) for each in bar),
            *chart.get("lines", ()),
            *chart.get("right", ()),
        ]
        names = {name for each in drawn for name in each["terms"]} | {chart.get("fan"), chart.get("compare")}
        assert names & known, chart["title"]
    assert "own_revenue" in charts and all(set(values[line]) == {None} for line in plan.unavailable)
