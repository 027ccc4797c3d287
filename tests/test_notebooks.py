"""The notebooks: thin, executed, quiet, and not to be misled by a misspelt parameter."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import fiscal_model as fm
from fiscal_model.apps.cli.plan_verbs import STEPS
from fiscal_model.law.limits import as_percent, interest_mark, limit, reserve_band
from fiscal_model.law.rules import rules
from fiscal_model.report.writers.notebook import STEP_TAG, UNSTORED_TAG, run_notebook
from fiscal_model.words.errors import InputError, ReportError

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NAMES = (
    "00_explore",
    "01_revenue",
    "02_guarantees",
    "03_debt",
    "04_balance",
    "05_uncertainty",
    "06_affordability",
    "90_report",
)
MODULES = {"fiscal_model", "fiscal_model.apps.explore", "numpy", "pandas", "matplotlib"}
FORBIDDEN = (ast.For, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.comprehension)
LECTURES = NAMES[1:-1]
LARGEST_BYTES = {"03_debt": 220_000, "90_report": 440_000}
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
BY_HAND = re.compile(r"手算减模型：\s*(\S+)")


def read(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_cells(name):
    return [cell for cell in read(name).cells if cell.cell_type == "code"]


def tagged(name, tag):
    return [cell for cell in code_cells(name) if tag in cell.metadata.get("tags", [])]


def test_they_are_all_here():
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.ipynb"))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_they_are_thin(name):
    cells = code_cells(name)
    assert len(cells) <= 12
    for cell in cells:
        assert len(cell.source.splitlines()) <= 10, cell.source
        assert not cell.source.rstrip().endswith(";"), cell.source
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, FORBIDDEN), cell.source
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= MODULES, cell.source
            if isinstance(node, ast.ImportFrom):
                assert node.module in MODULES, cell.source


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_literals_in_one_cell(name):
    (cell,) = tagged(name, "parameters")
    for statement in ast.parse(cell.source).body:
        assert isinstance(statement, ast.Assign), cell.source
        ast.literal_eval(statement.value)
    if name != "00_explore":
        names = [statement.targets[0].id for statement in ast.parse(cell.source).body]
        assert names[:5] == ["place", "scenario", "base_year", "years", "seed"]


@pytest.mark.parametrize("name", NAMES)
def test_they_open_with_a_question_and_end_with_cautions(name):
    first, last = read(name).cells[0], read(name).cells[-1]
    assert first.source.startswith("# ") and "**问题：**" in first.source
    if name != "00_explore":
        assert re.search(r'fm\.show_table\((plan|tables), "cautions"\)', last.source)
        assert any(re.search(r"print\(fm\.[a-z]+\.answer\(", cell.source) for cell in code_cells(name))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "00_explore"])
def test_they_say_what_is_doubtful_about_the_figures_before_the_first_result(name):
    source = "\n".join(cell.source for cell in code_cells(name))
    assert len(re.findall(r"print\(.+\.doubts_said\)", source)) == 1
    assert source.index(".doubts_said)") < re.search(r"fm\.show|\.answer\(plan", source).start()


def test_every_cell_of_the_report_says_which_step_it_is_and_the_command_tells_the_same():
    tags = [tag for cell in code_cells("90_report") for tag in cell.metadata.tags]
    assert tags == ["parameters", "guard", *(f"{STEP_TAG}{step}" for step in STEPS)]


def prose(name):
    return "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")


def printed(name):
    return "\n".join(output.text for cell in code_cells(name) for output in cell.outputs if "text" in output)


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_has_question_formula_law_a_case_by_hand_and_an_exercise(name):
    said = prose(name)
    heads = [line for line in said.splitlines() if line.startswith("## ")]
    assert heads[:2] == ["## 一、公式和依据", "## 二、手算一例"] and heads[-2:] == ["## 练习", "## 回答和提示"]
    law = said[said.index("**依据。**") : said.index("## 二、")]
    assert "$$" in said[: said.index("**依据。**")]
    assert "（条文已读）" in law or "（公开文本）" in law
    assert "**设计**" in law or "**假设**" in law
    assert 500 <= len(re.findall(r"[\u4e00-\u9fff]", FORMULA.sub("", said))) <= 1500


@pytest.mark.parametrize("name", LECTURES)
def test_what_a_lecture_works_out_by_hand_is_the_model(name):
    differences = BY_HAND.findall(printed(name))
    assert len(differences) >= 2
    assert set(map(float, differences)) == {0.0}


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_builds_no_table_that_it_does_not_show(name):
    source = "\n".join(cell.source for cell in code_cells(name))
    assert "build_tables" not in source and "fm.answer(" not in source


def test_what_the_exercises_ask_to_change_can_be_changed(plan_of):
    exercises = {name: prose(name)[prose(name).index("## 练习") :] for name in LECTURES}
    assert "`own_revenue_shift` 取 `{2027: -0.05}`" in exercises["01_revenue"]
    assert "`coupon_shift=0.01`" in exercises["03_debt"]
    changed = fm.read_scenario("baseline").with_(own_revenue_shift={2027: -0.05}, coupon_shift=0.01)
    assert {"own_revenue_shift", "coupon_shift"} <= set(changed.assumptions)
    assert '`{"county_share": 0.10}`' in exercises["02_guarantees"]
    assert '`"staff:行政"`、改动换成 `{"serving_persons": {"add": 10}}`' in exercises["02_guarantees"]
    changes = {"L12": {"county_share": 0.10}, "staff:行政": {"serving_persons": {"add": 10}}}
    assert set(fm.guarantees.reprice(plan_of("yunshui"), changes)["item"]) == {*changes, "total"}
    for name, table in (("01_revenue", "tax_workings"), ("04_balance", "waterfall")):
        assert f'"{table}")' in exercises[name] and fm.show_table(plan_of("yunshui"), table).table.rows


@pytest.mark.parametrize("name", NAMES)
def test_what_a_picture_shows_is_stored_as_text_beside_it(name):
    for cell in code_cells(name):
        drawn = [output for output in cell.outputs if "image/png" in output.get("data", {})]
        assert all(re.search("^图：.+摘要：[0-9a-f]{12}$", output.data["text/plain"], re.DOTALL) for output in drawn)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("03_debt", "付息超过 {interest} 须启动财政重整（国办函〔2016〕88号，未经核实）"),
        ("03_debt", "债务率 {bands} 分为绿、黄、橙、红四档"),
        ("04_balance", "预备费为支出额的{reserve}"),
        ("04_balance", "预算周转金不超过支出总额的{revolving}"),
        ("04_balance", "基金结转超过当年收入{carryover}的部分"),
        ("04_balance", "稳定调节基金余额不超过支出{cap}：国发〔2015〕35号（未经核实）"),
    ],
)
def test_figures_of_the_law_in_a_lecture_are_those_of_the_rules(name, said):
    bands = rules("indicators")["debt_ratio"]
    shares = {"cap": "stabilization_cap_share", "carryover": "fund_carryover_limit"}
    figures = {name: as_percent(float(rules("assumptions")[key]["value"])) for name, key in shares.items()}
    figures |= {
        "interest": interest_mark(),
        "reserve": reserve_band(),
        "revolving": as_percent(limit("revolving_fund")),
    }
    figures["bands"] = "、".join(as_percent(bands[colour]) for colour in ("yellow", "orange", "red"))
    assert said.format(**figures) in prose(name)


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_stored_clean(name):
    path = FOLDER / f"{name}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert path.stat().st_size < LARGEST_BYTES.get(name, 200_000)
    assert not any(trace in text for trace in ("/tmp/", "/home/", "/Users/", "iopub.execute_input", '"papermill"'))
    counts = []
    for cell in code_cells(name):
        counts.append(cell.execution_count)
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"
        shows = any(word in cell.source for word in ("display(", "print(", "fm.show"))
        assert bool(cell.outputs) == shows or UNSTORED_TAG in cell.metadata.get("tags", []), cell.source
    assert counts == list(range(1, len(counts) + 1))


def test_a_misspelt_parameter_is_refused_by_the_guard():
    known = {"place": "lijiang", "_i": "", "In": [], "fm": fm, "show": print}
    fm.refuse_unknown_parameters(known)
    with pytest.raises(ReportError, match=r"“scenaro”（是否想写“scenario”？）.*可用的参数：place、scenario"):
        fm.refuse_unknown_parameters({**known, "scenaro": "baseline"})
    with pytest.raises(ReportError, match="“paths”"):
        fm.refuse_unknown_parameters({**known, "paths": 100})
    fm.refuse_unknown_parameters({**known, "paths": 100}, "place scenario base_year years seed paths")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "00_explore"])
def test_every_notebook_has_the_guard(name):
    (guard,) = tagged(name, "guard")
    assert "fm.refuse_unknown_parameters(globals()" in guard.source


def test_a_misspelt_parameter_is_refused_before_anything_runs(tmp_path):
    with pytest.raises(ReportError, match="笔记本没有这些参数：“yeers”（是否想写“years”？）"):
        run_notebook(FOLDER / "90_report.ipynb", tmp_path / "out.ipynb", {"yeers": 3}, cwd=tmp_path)
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.slow
def test_a_failing_cell_is_said_in_words(tmp_path):
    """An input fault as it was raised in the cell; the executed copy stays and shows what was said, no lines of code."""
    out = tmp_path / "out.ipynb"
    with pytest.raises(InputError, match="没有这个地区文件夹") as caught:
        run_notebook(FOLDER / "90_report.ipynb", out, {"place": "data/places/nowhere"}, cwd=tmp_path)
    assert "\x1b" not in str(caught.value) and "Traceback" not in str(caught.value)
    assert [fault.where for fault in caught.value.faults] == ["data/places/nowhere"]
    (shown,) = (o for c in nbformat.read(out, 4).cells for o in c.get("outputs", []) if o.output_type == "error")
    assert shown.traceback == [str(caught.value)]


@pytest.mark.slow
def test_plain_papermill_with_a_misspelt_parameter_fails(tmp_path):
    command = [sys.executable, "-m", "papermill", str(FOLDER / "90_report.ipynb"), str(tmp_path / "out.ipynb")]
    done = subprocess.run(
        [*command, "-p", "scenaro", "pessimistic", "--cwd", str(FOLDER), "--no-progress-bar"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode != 0
    assert "是否想写“scenario”？" in done.stderr


@pytest.mark.slow
def test_the_report_runs_for_another_place(tmp_path, capfd):
    out = tmp_path / "报告 一.ipynb"
    parameters = {"place": "gangu", "scenario": "pessimistic", "base_year": None, "years": 3, "seed": 7, "paths": 500}
    steps = []
    run_notebook(FOLDER / "90_report.ipynb", out, parameters, cwd=FOLDER, tell=steps.append)
    assert tuple(steps) == STEPS
    text = out.read_text(encoding="utf-8")
    assert "甘谷县（悲观情景）" in text and "债务率无法计算" in text
    assert "http://" not in text and "https://" not in text and "<script" not in text and "<link" not in text
    assert '"image/png": ' not in text and "债务率（口径C）" in text
    said = capfd.readouterr()
    assert said.out == "" and said.err == ""


@pytest.mark.slow
@pytest.mark.parametrize("place", ["gangu", "zhangye"])
@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_is_given_about_a_place_with_thin_data_too(tmp_path, name, place):
    out = tmp_path / "out.ipynb"
    run_notebook(FOLDER / f"{name}.ipynb", out, {"place": f"data/places/{place}"}, cwd=FOLDER)
    cells = [cell for cell in nbformat.read(out, as_version=4).cells if cell.cell_type == "code"]
    said = "\n".join(output.text for cell in cells for output in cell.outputs if "text" in output)
    assert set(BY_HAND.findall(said)) <= {"0.0", "nan"}  # nan: nobody published the figures


def test_checking_notebooks_imports_no_grammar_of_web_addresses():
    code = (
        "import sys; from fiscal_model.report.writers import notebook; notebook._import_schemas(); import papermill, nbconvert;"
        "print('rfc3987_syntax' in sys.modules, 'jsonschema' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
