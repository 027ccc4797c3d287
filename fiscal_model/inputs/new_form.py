"""Lay the Excel form of a place: empty, or with what a place folder holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fiscal_model.inputs.form_words import ASSUMED, FORM_FILE
from fiscal_model.inputs.guide import guide_files
from fiscal_model.inputs.place import Place, read_place
from fiscal_model.inputs.place_facts import FACTS
from fiscal_model.inputs.template import lay, refuse_name, refuse_taken
from fiscal_model.law.rules import rules
from fiscal_model.words.errors import Fault, InputError
from fiscal_model.words.vocabulary import QUALITIES


def new_form(target: Path, name: str = "", *, like: str | Path = "") -> tuple[Path, ...]:
    """Lay a new form and return the files written.

    ``target``: a folder that must not exist yet or be empty, which is given the form and the guide; or a file ``….xlsx``.
    ``name``: Chinese name of the place; may be left out with ``like``, a place whose facts and rows fill the form.

    Raises
    ------
    InputError
        When something is there already, the name is empty, ``like`` cannot be read, or the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     files = new_form(Path(parent) / "shandan", "山丹县")
    >>> [file.name for file in files]
    ['填报表.xlsx', '填表说明.md', '填表参考.md']
    """
    from fiscal_model.inputs.form_sheets import form_bytes

    target = Path(target)
    known = read_place(like) if like else None
    name = name.strip() or (known.name if known else "")
    alone = target.suffix.lower() == ".xlsx"
    faults = refuse_name(name) + ([] if alone else refuse_taken(target))
    if alone and target.exists():
        faults.append(Fault(target.as_posix(), "文件已经存在", "请换一个文件名；已有的文件没有改动"))
    if faults:
        raise InputError(faults)
    facts = {fact.key: getattr(known, fact.key) for fact in FACTS} if known else {}
    rows = {table: frame.to_dict("records") for table, frame in known.tables.items()} if known else {}
    if known and known.assumptions:
        rows[ASSUMED] = _assumed(known)
    form = form_bytes({**facts, "name": name}, rows)
    if alone:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(form)
        return (target,)
    shown = target.as_posix()
    contents = {FORM_FILE: form, **guide_files(name, shown, chinese_headers=True)}
    lay(target, contents, shown)
    return tuple(target / file for file in contents)


def _assumed(place: Place) -> list[dict[str, Any]]:
    """A place's own assumptions as rows of the form: one for all years, one for each year that has its own."""
    found = []
    for name, given in place.assumptions.items():
        rule = rules(ASSUMED).get(name, {})
        values = {None: given.get("value"), **given.get("by_year", {})}
        quality = QUALITIES.get(given.get("quality", ""), given.get("quality", ""))
        found += [
            {"assumption": rule.get("label", name), "year": year and int(year), "value": value, "quality": quality}
            | {"source": given.get("source", "")}
            for year, value in values.items()
            if value is not None
        ]
    return found
