"""Templates of the chapters: where they lie, what is wrong with them, the text that they give."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Template, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import SecurityError

from fiscal_model.report.chapters.sandbox import LARGEST_TEMPLATE, LONGEST_LOOP_NEST, TemplateSlip, build_environment
from fiscal_model.report.chapters.template_words import CHECKED, FILTERS, NAMES
from fiscal_model.report.material import subheading
from fiscal_model.report.wording import point
from fiscal_model.words.errors import Fault, InputError, did_you_mean
from fiscal_model.words.resources import templates_folder

_SYNTAX = (
    (r"unknown tag '(.+?)'", "没有“{0}”这种语句，可用 if、elif、else、for、set"),
    (r"(?i)unexpected end of template", "有语句没有结束，请补上 endif 或 endfor"),
    (r"unexpected '(.+?)'", "“{0}”写错了地方，请核对括号和引号"),
    (r"expected token '(.+?)', got '(.+?)'", "这里应是“{0}”，写的是“{1}”"),
)
_MISSING = (
    (r"has no (?:attribute|element) '?(.+?)'?$", "没有“{0}”这一项"),
    (r"^'(.+?)' is undefined", "没有“{0}”这个名称"),
)
_FORBIDDEN = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Macro, nodes.CallBlock)


@dataclass(frozen=True)
class Written:
    """What a template gave: the chapter's title and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


def render_all(names: Iterable[str], place_folder: Path, context: Mapping[str, Any]) -> dict[str, Written]:
    """Render templates; a copy in the place folder, ``templates/<name>.md``, wins over the shipped one.

    Raises
    ------
    InputError
        Every fault of every template, with file and line.
    """
    environment, faults, found = build_environment(FILTERS), list[Fault](), dict[str, Written]()
    names = tuple(names)
    faults += _strangers(place_folder / "templates", names)
    for name in names:
        shown, source = _read(name, place_folder)
        tree, wrong = _parsed(environment, shown, source)
        if wrong:
            faults += wrong
            continue
        code = environment.compile(tree, name, shown)
        try:
            text = Template.from_code(environment, code, {}).render(context)
        except (TemplateSlip, UndefinedError, SecurityError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:  # fmt: skip
            faults.append(Fault(shown, _said(error), _REMEDY, _line(error, shown)))
            continue
        found[name] = laid_out(text)
        if not found[name].title:
            faults.append(Fault(shown, "没有标题", "第一行请写“# 标题”", 1))
    if faults:
        raise InputError(faults)
    return found


_REMEDY = "请对照说明（docs/templates.md）改正，或删除这份文件以使用随软件提供的模板"


def check_template(shown: str, source: str) -> list[Fault]:
    """Return the faults that show without a plan: syntax, unknown names, filters, lines, tables; loops in loops in loops."""
    return _parsed(build_environment(FILTERS), shown, source)[1]


def _parsed(environment: Any, shown: str, source: str) -> tuple[nodes.Template, list[Fault]]:
    """Parse a template and look for what shows without a plan; a tree with faults is not to be compiled."""
    empty = nodes.Template([])
    if len(source) > LARGEST_TEMPLATE:
        return empty, [Fault(shown, f"模板太大，超过{LARGEST_TEMPLATE:,}字", _REMEDY)]
    try:
        tree = environment.parse(source)
        names = list(tree.find_all(nodes.Name))
    except (TemplateSyntaxError, RecursionError) as error:
        line = error.lineno if isinstance(error, TemplateSyntaxError) else 1
        return empty, [Fault(shown, f"语法有错：{_translated(str(error), _SYNTAX)}", _REMEDY, line)]
    unknown = {each.name for each in names} - NAMES - {"loop"} - {each.name for each in names if each.ctx != "load"}
    wrong: list[tuple[int, str, str]] = []
    for node in tree.find_all((nodes.Name, nodes.Filter, nodes.Test, nodes.Call, *_FORBIDDEN)):
        wrong += ((node.lineno, *said) for said in _wrong(node, unknown, environment))
    wrong += ((line, f"循环里套循环超过{LONGEST_LOOP_NEST}层", _REMEDY) for line in _nested(tree, 0))
    return tree, [Fault(shown, found, remedy, line) for line, found, remedy in sorted(set(wrong))]


def _wrong(node: nodes.Node, unknown: set[str], environment: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, _FORBIDDEN):
        yield f"不能用“{type(node).__name__.lower()}”语句", _REMEDY
    if isinstance(node, nodes.Name) and node.name in unknown and node.ctx == "load":
        yield f"没有“{node.name}”这个名称", did_you_mean(node.name, NAMES).rstrip("？") or _REMEDY
    if isinstance(node, nodes.Filter) and node.name not in environment.filters:
        yield f"没有“{node.name}”这种格式", did_you_mean(node.name, environment.filters).rstrip("？") or _REMEDY
    if isinstance(node, nodes.Test) and node.name not in environment.tests:
        yield f"没有“{node.name}”这种判断", _REMEDY
    if isinstance(node, nodes.Call) and not isinstance(node.node, nodes.Name):
        yield "只能调用说明里列出的函数", _REMEDY
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in CHECKED:
        what, known, every = CHECKED[node.node.name]
        for given in node.args if every else node.args[:1]:
            if isinstance(given, nodes.Const) and isinstance(given.value, str) and given.value not in known():
                near = did_you_mean(given.value, known()).rstrip("？")
                yield f"没有编号为“{given.value}”的{what}", near or _REMEDY


def _nested(node: nodes.Node, depth: int) -> Iterator[int]:
    for child in node.iter_child_nodes():
        deeper = depth + isinstance(child, nodes.For)
        if deeper > LONGEST_LOOP_NEST or (isinstance(child, nodes.For) and child.recursive):
            yield child.lineno
        else:
            yield from _nested(child, deeper)


def _strangers(folder: Path, names: tuple[str, ...]) -> list[Fault]:
    """A copy under another name would silently never be used."""
    if not folder.is_dir():
        return []
    known = [f"{name}.md" for name in names]
    return [
        Fault(f"{folder.name}/{path.name}", "不是任何一章的模板，不会被采用", f"{did_you_mean(path.name, known)}文件名须与随软件提供的相同")
        for path in sorted(folder.glob("*.md"))
        if path.name not in known
    ]  # fmt: skip


def _read(name: str, place_folder: Path) -> tuple[str, str]:
    own = place_folder / "templates" / f"{name}.md"
    path = own if own.is_file() else templates_folder() / f"{name}.md"
    shown = f"{place_folder.name}/templates/{path.name}" if path == own else f"data/templates/{path.name}"
    try:
        return shown, path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Fault(shown, "不是 UTF-8 编码的文本", "请另存为 UTF-8 编码")]) from None


def _translated(message: str, patterns: Iterable[tuple[str, str]]) -> str:
    for pattern, said in patterns:
        if match := re.search(pattern, message):
            return said.format(*match.groups())
    return message


def _said(error: Exception) -> str:
    if isinstance(error, TemplateSlip):
        return str(error)
    if isinstance(error, UndefinedError):
        return _translated(str(error), _MISSING)
    return "不允许这样取数" if isinstance(error, SecurityError) else f"不能计算（{type(error).__name__}：{error}）"


def _line(error: Exception, shown: str) -> int | None:
    return next((f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename == shown), None)


def laid_out(text: str) -> Written:
    """Turn a rendered template into paragraphs: ``# `` the title, ``## `` sections numbered and dropped when empty, ``- `` points.

    Lines of one paragraph are joined; an empty line ends it.

    Examples
    --------
    >>> laid_out("# 标题\\n\\n## 甲\\n\\n## 乙\\n一句。\\n又一句。\\n\\n- 点\\n- 另一点")
    Written(title='标题', paragraphs=('（一）乙', '一句。又一句。', '1.点', '2.另一点'))
    """
    title, sections = "", [("", list[str]())]
    fresh = True
    for row in (row.strip() for row in text.splitlines()):
        if row.startswith("# "):
            title = row[2:].strip()
        elif row.startswith("## "):
            sections.append((row[3:].strip(), []))
        elif row:
            said = sections[-1][1]
            if fresh or row.startswith("- ") or not said:
                said.append(row)
            else:
                said[-1] += row
            fresh = False
            continue
        fresh = True
    paragraphs, number = list[str](), 0
    for heading, said in sections:
        if heading and said:
            paragraphs.append(subheading(number, heading))
            number += 1
        paragraphs += _numbered(said)
    return Written(title, tuple(paragraphs))


def _numbered(said: list[str]) -> list[str]:
    """Number points that follow each other; one alone needs no number."""
    found, count = list[str](), 0
    for at, row in enumerate(said):
        marked = row.startswith("- ")
        count = count + 1 if marked else 0
        alone = count == 1 and not (at + 1 < len(said) and said[at + 1].startswith("- "))
        found.append(row if not marked else row[2:] if alone else point(count, row[2:]))
    return found
