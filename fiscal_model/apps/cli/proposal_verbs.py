"""The verbs about what is proposed anew: the form, the method it is held against, the assessment, the choice of projects."""

from __future__ import annotations

import re
from pathlib import Path

import click

from fiscal_model.apps.cli import verb
from fiscal_model.apps.cli.verb import app, say
from fiscal_model.apps.cli.waiting import progress


@app.command(
    "proposal-form",
    help="生成空白的财政承受能力评估申报表（Excel）。\n申报单位填好存盘，fm.read_proposal 照样读取。",
    examples=("fiscal-model proposal-form 申报表.xlsx",),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@verb.as_json
def proposal_form(file: Path, as_json: bool) -> None:
    """Write an empty application form."""
    from fiscal_model.inputs.proposal_form import new_proposal_form

    written = new_proposal_form(file).as_posix()
    say(as_json, f"已生成 {written}。申报单位填好存盘后交财政部门。", files=[written])


@app.command(
    help="打印《财政承受能力评估办法》：否决条件、评分指标、权重、分界和各项依据。\nPLACE 有自己的 affordability.toml 的，按本地的办法，并列出与软件自带办法的不同。",
    examples=(
        "fiscal-model method",
        "fiscal-model method data/places/shandan --to 评估办法.docx",
        "fiscal-model method data/places/shandan --against 上一版.toml",
    ),
)
@click.argument("place", metavar="[PLACE]", required=False, type=click.Path(path_type=Path))
@click.option("--to", metavar="FILE", type=click.Path(path_type=Path), help="写成 Word 文档，文件名以 .docx 结尾")
@click.option("--against", metavar="FILE", type=click.Path(path_type=Path), help="与另一版办法文件比较，列出不同")
@verb.as_json
def method(place: Path | None, to: Path | None, against: Path | None, as_json: bool) -> None:
    """Print the method of the affordability assessment."""
    from fiscal_model.inputs.find import place_at
    from fiscal_model.law.affordability_method import method as method_of
    from fiscal_model.law.affordability_method import read_method
    from fiscal_model.report.method_text import difference_table, method_as_data, method_as_text, method_parts
    from fiscal_model.report.text_table import text_table

    shipped = method_of()
    found = method_of(place_at(place)) if place else shipped
    before = read_method(against) if against else shipped
    data = method_as_data(found, before)
    if to:
        from fiscal_model.report.writers.short_document import write_short_document

        written = write_short_document(
            to, (found.name, f"（{found.version}）"), method_parts(found), found.name
        ).as_posix()
        say(as_json, f"已写入 {written}（{found.version}）", files=[written], **data)
        return
    text = method_as_text(found)
    if against:
        table = difference_table(before, found)
        rows = [(row.label, *map(str, row.values)) for row in table.rows]
        text = text_table(table.title, (table.stub, *table.columns), rows, left=3) if rows else "两版办法没有不同"
    say(as_json, text, files=[], **data)


@app.command(
    help="评估新增支出承受得起吗：按优先级逐项给出结论、起决定作用的条件、何时改变、最大规模、最早年度、通过的条件和风险。\n"
    "PROPOSAL 是登记在 proposals 表的编号，或者申报文件（.toml、Excel 申报表）；不写的，评估全部登记的事项。\n"
    "登记的事项中优先级在前、评估不是“不通过”的先占用财力。",
    examples=(
        "fiscal-model assess data/places/yunshui",
        "fiscal-model assess data/places/yunshui YSA03 --to 评估",
        "fiscal-model assess data/places/yunshui 申报表.xlsx --alone --json",
    ),
)
@verb.place
@click.argument("proposals", metavar="[PROPOSAL]...", nargs=-1)
@verb.scenario()
@verb.years
@click.option(
    "--paths", metavar="N", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True, help="模拟路径条数"
)
@click.option("--seed", metavar="S", type=click.IntRange(0), default=2026, show_default=True, help="随机种子")
@click.option("--alone", is_flag=True, help="单独评估，不计排在前面的事项")
@click.option(
    "--to", metavar="DIR", type=click.Path(path_type=Path), help="把评估意见书和评估表写成 Word 文档，放进这个文件夹"
)
@verb.as_json
def assess(
    place: Path,
    proposals: tuple[str, ...],
    scenario: str,
    years: int,
    paths: int,
    seed: int,
    alone: bool,
    to: Path | None,
    as_json: bool,
) -> None:
    """Assess proposals."""
    with progress(as_json, f"assess {place.absolute()}", "启动", "读取和核对数据", "逐项评估", "写文档") as tell:
        from fiscal_model.analysis.affordability.assess_together import assess_together
        from fiscal_model.inputs.proposal_file import find_proposals
        from fiscal_model.model.from_folder import plan
        from fiscal_model.report.assessment_text import assessment_text
        from fiscal_model.report.certificate_text import write_certificate

        tell("读取和核对数据")
        projected = plan(place, scenario, years=years)
        registered, asked = find_proposals(projected.basis.place, proposals)
        tell("逐项评估")
        codes = [each.proposal_code for each in asked]
        batch = assess_together(
            projected, asked if alone else registered, only=codes, alone=alone, paths=paths, seed=seed
        )
        tell("写文档")
        title = projected.basis.place.title
        files = [path.as_posix() for each in batch.assessments if to for path in write_certificate(each, title, to)]
    texts = [] if as_json else [assessment_text(each) for each in batch.assessments]
    texts += [batch.order_text] if len(texts) > 1 else []
    texts += [f"已写入：{'、'.join(files)}"] if files else []
    say(as_json, "\n\n".join(texts), files=files, **batch.data())


@app.command(
    help="从项目库的储备项目中选：哪些列入、何时开始，各年县级资金同时付得起的未来不少于要求的比例。\n"
    "列出未入选的原因、怎样才能入选、每多一万元财力的价值、土地收入减半时退出哪些。",
    examples=(
        "fiscal-model choose data/places/yunshui",
        "fiscal-model choose data/places/yunshui --held 0.55 --offset development=3000 --offset operations=800",
    ),
)
@verb.place
@verb.scenario()
@verb.years
@click.option("--held", metavar="P", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True,
              help="各年同时付得起的未来至少占多少")  # fmt: skip
@click.option("--offset", "offsets", metavar="KIND=N", multiple=True, callback=lambda _, __, given: _named_cuts(given),
              help="列明的压减，每年多少万元，可写几项：development 发展类、operations 一般性、reserve 超过下限的预备费、revolving 周转金；"
              "每个未来里不超过依规还能压减的数")  # fmt: skip
@click.option(
    "--paths", metavar="N", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True, help="模拟路径条数"
)
@click.option("--seed", metavar="S", type=click.IntRange(0), default=2026, show_default=True, help="随机种子")
@verb.as_json
def choose(
    place: Path, scenario: str, years: int, held: float, offsets: tuple[tuple[str, float], ...], paths: int, seed: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Choose from the project library."""
    with progress(as_json, f"choose {place.absolute()}", "启动", "读取和核对数据", "选择项目") as tell:
        from fiscal_model.analysis.affordability.portfolio import portfolio
        from fiscal_model.model.from_folder import plan
        from fiscal_model.report.portfolio_text import portfolio_text

        tell("读取和核对数据")
        projected = plan(place, scenario, years=years)
        tell("选择项目")
        found = portfolio(projected, held=held, paths=paths, seed=seed, offsets=offsets)
    say(
        as_json,
        "" if as_json else portfolio_text(found),
        years=list(found.years),
        offsets=dict(offsets),
        **found.data(),
    )


def _named_cuts(given: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    from fiscal_model.analysis.affordability.choose_projects import KINDS

    found: dict[str, float] = {}
    for each in given:
        kind, _, amount = each.partition("=")
        if kind not in KINDS or kind in found or not re.fullmatch(r"\d{1,9}(\.\d+)?", amount):
            raise click.UsageError(f"--offset 应写 种类=万元，种类为{'、'.join(KINDS)}，每种一次，不写“{each}”")
        found[kind] = float(amount)
    return tuple(found.items())
