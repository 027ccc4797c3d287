"""What every verb is made of: help in Chinese with examples, options that several share, what it says when done."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from fiscal_model.words.errors import InputError, did_you_mean
from fiscal_model.words.resources import scenario_file

SCHEMA = 1
"""Of the JSON that verbs print (docs/json.md): names are added under the same number, never renamed or dropped."""
_HELP = {"help_option_names": ["-h", "--help"]}
_HEADINGS = {"Options": "选项", "Commands": "命令"}
_CHINESE = {
    r"^Show this message and exit\.$": "显示这段说明",
    r"\[default: ": "[缺省 ",
    r"\[required\]": "[必填]",
    r"([\d.]+)<=x<=([\d.]+)": r"\1 至 \2",
    r"x>=(\d+)": r"不小于 \1",
    r"(?<=\d); ": "，",
}
"""What click writes into a help page by itself."""


class Page(click.HelpFormatter):
    """A help page that knows how wide Chinese is and leaves the lines of a text as they are."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        self.write(f"用法：{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{_HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        """Write a text, its own lines kept."""
        for line in text.splitlines():
            self.write("".join(f"{' ' * self.current_indent}{part}\n" for part in _wrapped(line, self.width - 2)))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms and what they mean beside each other."""
        known = list(rows)
        indent = min(max(map(cells, (first for first, _ in known))), col_max) + col_spacing + self.current_indent
        for first, second in known:
            term = " " * self.current_indent + first
            self.write(term + (" " * (indent - cells(term)) if cells(term) < indent else "\n" + " " * indent))
            for pattern, chinese in _CHINESE.items():
                second = re.sub(pattern, chinese, second)
            self.write(f"\n{' ' * indent}".join(_wrapped(second, self.width - indent)) + "\n")


class Context(click.Context):
    """One call of a verb."""

    formatter_class = Page


class Verb(click.Command):
    """A verb with examples, which stand at the end of its help."""

    context_class = Context

    def __init__(self, *given: Any, examples: Sequence[str] = (), **named: Any) -> None:
        super().__init__(*given, **{"context_settings": _HELP, **named})
        self.options_metavar = "[选项]"
        self.short_help = self.short_help or str(self.help).partition("\n")[0]
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        if self.examples:
            with formatter.section("例"):
                formatter.write_text("\n".join(self.examples))


class Verbs(click.Group):
    """Verbs by name; one that is not there is answered with the nearest."""

    command_class = Verb
    context_class = Context
    group_class = type

    def __init__(self, *given: Any, examples: Sequence[str] = (), **named: Any) -> None:
        super().__init__(*given, **named)
        self.options_metavar, self.subcommand_metavar = "[选项]", "命令 …"
        self.examples = tuple(examples)

    format_epilog = Verb.format_epilog  # type: ignore[assignment]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb a call begins with."""
        name, known = args[0], sorted(self.commands)
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            near = did_you_mean(name, known)
            raise click.UsageError(f"没有命令“{name}”。{near}可用的命令：{'、'.join(known)}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    context_settings=_HELP,
    help="县级中期财政规划与财政承受能力评估。\n每个命令后面加 -h 看它的选项和例子。",
    examples=(
        "fiscal-model plan data/places/lijiang                  编一份规划",
        "fiscal-model new data/places/shandan --name 山丹县 --excel  建自己县的填报表",
        "fiscal-model check data/places/shandan                 检查填好的表",
    ),
)
@click.version_option(None, "-V", "--version", package_name="fiscal-model", message="%(version)s", help="显示版本")
def app() -> None:
    """Group the verbs."""


place = click.argument("place", metavar="PLACE", type=click.Path(path_type=Path))
years = click.option("--years", metavar="N", type=click.IntRange(3, 10), default=5, show_default=True, help="规划年数")
to = click.option(
    "--to", metavar="DIR", type=click.Path(path_type=Path), help="报告文件夹，缺省为 reports/地区-首年/情景"
)
scope = click.option("--scope", metavar="WORD", default="", help="口径：whole 全辖、own_level 本级；缺省按 place.toml")
quiet = click.option("--quiet", is_flag=True, help="不显示进度")
as_json = click.option("--json", "as_json", is_flag=True, help="用 JSON 输出结果，供其他程序读取")


def scenario(help: str = "情景文件，或情景名，例如 pessimistic 悲观") -> Callable[[Any], Any]:
    """Return the option that names a scenario."""
    return click.option(
        "--scenario", metavar="FILE", default="baseline", show_default=True, help=help, shell_complete=_scenarios
    )


def faults_marked(command: Callable[..., None]) -> Callable[..., None]:
    """Let a verb on a place write the faults of its Excel form into a copy of it."""

    @wraps(command)
    def run(place: Path, **named: Any) -> None:
        try:
            command(place=place, **named)
        except InputError:
            from fiscal_model.inputs.form_marks import faults_marked

            with faults_marked(place):
                raise

    return run


def say(as_json: bool, text: str, **data: Any) -> None:
    """Print what a verb did: its text, or its data as one line of JSON."""
    if as_json:
        verb = click.get_current_context().command_path.partition(" ")[2]
        print(json.dumps({"schema": SCHEMA, "verb": verb, "status": "done", **data}, ensure_ascii=False))
    else:
        print(text)


def _scenarios(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    shipped = sorted(path.stem for path in scenario_file("baseline.toml").parent.rglob("*.toml"))
    return [name for name in shipped if name.startswith(incomplete)]


def cells(text: str) -> int:
    """Columns of a terminal that a text takes: a Chinese sign two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _wrapped(text: str, width: int) -> list[str]:
    """Break a line where it must be: between Chinese signs or words, never within a word or before a sign that closes."""
    lines: list[str] = []
    line = ""
    for piece in re.findall(r"[\x21-\x7e]+[、，。；：）”]*|.[、，。；：）”]*", text):
        if line and cells(line) + cells(piece) > width:
            lines, line = [*lines, line.rstrip()], piece.lstrip()
        else:
            line += piece
    return [*lines, line]
