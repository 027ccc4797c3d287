"""Where a place or a scenario lies when only its name, or a path from the repository's root, is given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fiscal_model.inputs.form import form_in, is_form, read_form
from fiscal_model.inputs.form_words import FORM_FILE
from fiscal_model.inputs.place_facts import PLACE_FILE
from fiscal_model.inputs.scenario import OWN_SCENARIOS, SHIPPED, Scenario, read_scenario
from fiscal_model.inputs.working_folder import PLACES, find_root
from fiscal_model.words.errors import Fault, InputError, ScenarioError, did_you_mean
from fiscal_model.words.files import as_word, read_toml
from fiscal_model.words.resources import STRESSES

CUSTOM = Path("data/scenarios/custom")


def find_place(place: str | Path) -> Path:
    """Return a place folder: as given, from the repository's root, or by its name under ``data/places``.

    Parameters
    ----------
    place : str or Path
        E.g. ``data/places/lijiang`` or ``lijiang``; or an Excel form that stands alone.

    Raises
    ------
    InputError
        No such folder; names the nearest one.

    Examples
    --------
    >>> find_place("lijiang") == find_place("data/places/lijiang").resolve()
    True
    """
    root = find_root()
    for candidate in (Path(place), root / place, root / PLACES / place):
        if (candidate.is_dir() or is_form(candidate)) and str(place).strip():
            return candidate
    known = [folder.name for folder in place_folders(root / PLACES)]
    hint = did_you_mean(Path(place).name, known)
    raise InputError(
        [Fault(str(place), "没有这个地区文件夹", f"{hint}现有：{'、'.join(known)}；新建用 fiscal-model new")]
    )


def place_at(place: str | Path) -> Path:
    """Return what lies at a path, whatever it is; else look for a place of that name."""
    return Path(place) if Path(place).exists() else find_place(place)


def place_folders(root: str | Path) -> list[Path]:
    """Return the place folders below a folder, by name."""
    return sorted({path.parent for name in (PLACE_FILE, FORM_FILE) for path in Path(root).glob(f"*/{name}")})


def place_title(folder: Path) -> str:
    """Return a place's name from its ``place.toml`` or its form alone, the folder's name when that cannot be read."""
    about: Mapping[str, Any] = read_toml(folder / PLACE_FILE, "", "")[0]
    if not about and (form := form_in(folder)):
        about = read_form(form).facts
    name = as_word(about.get("name") or folder.name)
    return f"{name}（虚构）" if about.get("invented") is True else name


def place_scenarios(folder: str | Path | None) -> list[Path]:
    """Return the files of a place's own scenarios, by name."""
    return sorted(own_scenarios(Path(folder)).glob("*.toml")) if folder is not None else []


def own_scenarios(folder: Path) -> Path:
    """Return the folder of a place's own scenarios, which lies beside a form that stands alone."""
    return (folder.parent if folder.is_file() else folder) / OWN_SCENARIOS


def list_scenarios(place: str | Path | None = None) -> list[dict[str, Any]]:
    """List the scenarios there are, shipped ones and stresses first, then saved ones and a place's own: what each is, or why it
    cannot be read."""
    folder = find_place(place) if place is not None else None
    sources: list[tuple[str, str | Path]] = [("shipped", name) for name in SHIPPED]
    sources += [("stress", name) for name in STRESSES]
    sources += [("custom", path) for path in sorted((find_root() / CUSTOM).glob("*.toml"))]
    sources += [("place", path) for path in place_scenarios(folder)]
    found: list[dict[str, Any]] = []
    for kind, source in sources:
        name, file = Path(source).stem, source.as_posix() if isinstance(source, Path) else None
        entry = {"id": name, "name": name, "description": "", "kind": kind, "file": file, "fault": None}
        try:
            read = read_scenario(source)
            found.append({**entry, "name": read.name, "description": read.description})
        except ScenarioError as error:
            found.append({**entry, "fault": str(error)})
    return found


def scenario_of(scenario: Scenario | str | Path, place: str | Path | None = None) -> Scenario:
    """Return a scenario, read by name or path where that is given instead; ``place``: whose own ones are looked at too."""
    return scenario if isinstance(scenario, Scenario) else read_scenario(find_scenario(scenario, place))


def find_scenario(scenario: str | Path, place: str | Path | None = None) -> str | Path:
    """Return a scenario file: as given, from the repository's root, or by name among a place's own and the saved ones.

    The name of a shipped scenario comes back as it is.

    Parameters
    ----------
    scenario : str or Path
    place : str or Path, optional
        Folder of a place.

    Raises
    ------
    ScenarioError
        No such file; names the nearest one.

    Examples
    --------
    >>> find_scenario("baseline")
    'baseline'
    """
    if str(scenario) in (*SHIPPED, *STRESSES):
        return str(scenario)
    root = find_root()
    saved = [*place_scenarios(place), *sorted((root / CUSTOM).glob("*.toml"))]
    for candidate in (Path(scenario), root / scenario, *(path for path in saved if path.stem == str(scenario))):
        if candidate.is_file():
            return candidate
    known = [*SHIPPED, *(path.stem for path in saved)]
    hint = did_you_mean(Path(scenario).stem, [*known, *STRESSES])
    remedy = f"{hint}现有：{'、'.join(known)}；压力情景见 fiscal-model scenario list；新建用 fiscal-model scenario new"
    raise ScenarioError([Fault(str(scenario), "没有这个情景文件", remedy)])
