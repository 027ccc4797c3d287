"""The method of the affordability assessment as 《财政承受能力评估办法》: articles and tables, every figure from the method file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from fiscal_model.law.affordability_method import Method, compare_methods, method
from fiscal_model.words.assessment import OVER, TERMS
from fiscal_model.words.formula import names_in
from fiscal_model.words.lines import LINES
from fiscal_model.words.proposal_words import Evidence
from fiscal_model.words.table import ReportRow, ReportTable
from fiscal_model.words.vocabulary import QUALITIES

_SURE = {**QUALITIES, "design": "设计"}
_COUNTED = "一二三四五六七八九十"
_STRESSED = {
    "own_revenue": "自有收入",
    "general_purpose": "财力性补助",
    "earmarked": "专用性补助",
    "land": "土地收入",
    "refinancing": "再融资比例",
}


@dataclass(frozen=True)
class Part:
    """A chapter of a short document: its heading, paragraphs, then tables."""

    heading: str
    paragraphs: tuple[str, ...]
    tables: tuple[ReportTable, ...] = ()


def method_parts(of: Method) -> tuple[Part, ...]:
    """Write a method as chapters.

    Examples
    --------
    >>> [part.heading for part in method_parts(method())]
    ['一、总则', '二、评估范围', '三、财力口径', '四、否决条件', '五、评分指标', '六、结论和运用', '七、程序', '八、版本']
    """
    chapters = (
        ("总则", _aims(of), ()),
        ("评估范围", _scope(of), ()),
        ("财力口径", _money(of), (_running_table(of),)),
        ("否决条件", ("有一项条件不满足的，评估不通过，不论得分。写明“只看是否变差”的，现状已经越线的看本事项是否使它更差。",), (_gates_table(of),)),
        ("评分指标", _scoring(of), (_tests_table(of), _names_table(of))),
        ("结论和运用", _outcome(of), ()),
        ("程序", tuple(f"（{_COUNTED[at]}）{step}。" for at, step in enumerate(of.steps)), ()),
        ("版本", _versions(of), _differences(of)),
    )  # fmt: skip
    numbers = count(1)
    return tuple(
        Part(
            f"{_COUNTED[at]}、{name}", tuple(said), tuple(replace(table, number=str(next(numbers))) for table in tables)
        )
        for at, (name, said, tables) in enumerate(chapters)
    )


def method_as_text(of: Method) -> str:
    """Return it for a terminal."""
    from fiscal_model.report.text_table import text_table
    from fiscal_model.words.table import printed_row

    lines = [f"{of.name}（{of.version}）"]
    for part in method_parts(of):
        lines += ["", part.heading, *part.paragraphs]
        for table in part.tables:
            rows = [(row.label, *map(str, printed_row(table, row))) for row in table.rows]
            lines += ["", text_table(table.title, (table.stub, *table.columns), rows, left=len(table.columns) + 1)]
    return "\n".join(lines)


def method_as_data(of: Method, before: Method | None = None) -> dict[str, Any]:
    """Return it as data, with what it says differently from another."""
    fields = ("key", "label", "before", "after")
    return {
        "name": of.name,
        "version": of.version,
        "digest": of.digest,
        "passed": of.passed,
        "conditional": of.conditional,
        "exempt_yearly": of.exempt_yearly,
        "exempt_total": of.exempt_total,
        "conditions": [
            {"gate": gate.id, "id": each.id, "label": each.label, "formula": each.written, "sense": each.sense,
             "limit": each.limit, "source": each.source, "quality": each.quality}
            for gate in of.gates
            for each in gate.conditions
        ],
        "tests": [
            {"id": each.id, "label": each.label, "formula": each.written, "over": each.over, "limit": each.limit, "good": each.good,
             "bad": each.bad, "weight": each.weight, "source": each.source, "quality": each.quality}
            for each in of.tests
        ],
        "differences": [{name: getattr(each, name) for name in fields} for each in compare_methods(before or of, of)],
    }  # fmt: skip


def difference_table(before: Method, after: Method) -> ReportTable:
    """Return what two versions say differently."""
    rows = [(each.label, each.before or "没有", each.after or "没有") for each in compare_methods(before, after)]
    return _table("method_differences", "两版办法的不同", "项目", (before.version, after.version), rows)


def _aims(of: Method) -> tuple[str, ...]:
    own = f"本办法是本地修订版（{of.own}），没有改动的项目沿用软件自带的办法。" if of.own else ""
    return (
        "为判断新增支出是否承受得起，做到先评估、后决策、再安排，制定本办法。",
        f"本办法的权重、分界和取值除表中注明法规的以外都是设计，不是法律法规，可以修改，可以质疑；每一项的依据和把握写在表里。{own}",
        f"依据：{of.given['source']}。",
    )


def _scope(of: Method) -> tuple[str, ...]:
    return (
        f"下列事项列入评估：{'；'.join(of.triggers)}。",
        f"本级每年负担低于{of.exempt_yearly:g}万元、全周期合计低于{of.exempt_total:g}万元的，可以不评（{_founded(of.given['exemption'])}）。"
        "评估看全周期，不只看第一年。",
    )


def _money(of: Method) -> tuple[str, ...]:
    weights = "、".join(f"{word.label}按{of.evidence[word]:.0%}" for word in Evidence)
    return (
        "可以用的财力＝未安排财力（可用财力减去全部延续性支出）＋为本事项指名压减、有批准日期、依法可以压减并且只用一次的支出－排在前面的事项的支出。"
        "三保支出、债务还本付息、法定下限以内的预备费和有既定用途的资金不得用来抵顶。",
        "政府性基金、稳定调节基金、结转和资产处置收入是一次性的钱，只付一次性支出。",
        f"别人出的钱按凭证折算：{weights}（{_founded(of.given['evidence'])}）。",
        f"建设项目没有填运行支出的，建成次年起按投资的一定比例估计，见下表（{_founded(of.given['running_basis'])}）。",
    )


def _scoring(of: Method) -> tuple[str, ...]:
    stress = "、".join(
        f"{_STRESSED[name]}{'降' if value < 0 else '升'}{abs(value) * 100:g}{'个百分点' if name == 'refinancing' else '%'}"
        for name, value in of.stress.items()
        if value
    )
    return (
        "每项得分＝100×（零分线－实际值）÷（零分线－满分线），在0和100之间；总分＝各项权重×得分÷100之和。",
        f"压力情景：{stress}（{_founded(of.given['stress'])}）。",
    )


def _outcome(of: Method) -> tuple[str, ...]:
    return (
        f"没有触碰否决条件的：总分{of.passed:g}分及以上为通过；{of.conditional:g}分至{of.passed:g}分为有条件通过，列明条件（推迟、封顶、设期限、取得资金文件、"
        f"指名压减、缩小规模）；{of.conditional:g}分以下为不通过，修改后可以再报（{_founded(of.given['outcome'])}）。",
        f"评估意见{of.valid_months}个月内有效。评估没有通过的不得安排预算；超过免评额度的支出在预算和项目库里写明意见书编号。",
        f"意见书另写模拟的各年都付得起的概率，以{of.probability:.0%}为有把握（{_founded(of.given['confidence'])}），不作为否决条件。",
    )


def _versions(of: Method) -> tuple[str, ...]:
    said = "；".join(f"{version}：{change}" for version, change in of.changes.items())
    return (f"本版为{of.version}。{said}。", f"内容摘要（SHA-256）：{of.digest[:16]}。两次评估摘要相同，办法就相同。")


def _differences(of: Method) -> tuple[ReportTable, ...]:
    return (difference_table(method(), of),) if of.own else ()


def _gates_table(of: Method) -> ReportTable:
    rows = [
        (f"{gate.id} {gate.label}", each.label, _in_words(each.written), each.said,
         "只看是否变差" if each.only_if_worse else "只看有支出的年份" if each.only_years_with_cost else "各年", *_basis(each))
        for gate in of.gates
        for each in gate.conditions
    ]  # fmt: skip
    return _table("method_gates", "否决条件", "否决项", ("条件", "公式", "要求", "怎样看", "依据", "把握"), rows)


def _tests_table(of: Method) -> ReportTable:
    rows = [
        (f"{test.id} {test.label}", f"{test.weight:g}", _in_words(test.written), OVER[test.over], f"{test.good:g}", f"{test.bad:g}", f"{test.limit:g}", *_basis(test))
        for test in of.tests
    ]  # fmt: skip
    columns = ("权重", "公式", "取值", "满分线", "零分线", "合格线", "依据", "把握")
    return _table("method_tests", "评分指标", "指标", columns, rows)


def _names_table(of: Method) -> ReportTable:
    formulas = [test.formula for test in of.tests] + [each.formula for gate in of.gates for each in gate.conditions]
    names = dict.fromkeys(name for each in formulas for name in names_in(each))
    rows = [(name, TERMS.get(name) or LINES[name].label, "评估用词" if name in TERMS else "规划行") for name in names]
    return _table("method_names", "公式里的名称", "名称", ("含义", "种类"), rows)


def _running_table(of: Method) -> ReportTable:
    rows = [(each.label, f"{each.share:.1%}") for each in of.running.values()]
    return _table("method_running", "建成后每年运行支出占投资的比例", "领域", ("比例",), rows)


def _table(id: str, title: str, stub: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> ReportTable:
    return ReportTable("", id, title, "", stub, columns, tuple(ReportRow(row[0], row[1:]) for row in rows))


def _in_words(written: str) -> str:
    """A formula with the Chinese names of its lines and terms."""

    def word(found: re.Match[str]) -> str:
        name = found[0]
        label = TERMS.get(name) or (LINES[name].label if name in LINES else name)
        return label.split("（")[0]

    said = re.sub(r"[a-z_]{2,}[a-z_0-9]*", word, written)
    for sign, shown in ((" - ", "－"), (" + ", "＋"), (" * ", "×"), (" / ", "÷")):
        said = said.replace(sign, shown)
    return said


def _basis(each: Any) -> tuple[str, str]:
    return each.source, _SURE[each.quality]


def _founded(entry: Mapping[str, Any]) -> str:
    return f"{_SURE[entry['quality']]}：{str(entry['source']).removeprefix('设计值：').removeprefix('设计值；')}"
