"""The computed answers, handed to the report's notebook for the length of one run instead of being computed again.

The kernel learns path, key and digest through its environment: it opens nothing but the very bytes this run wrote.
Elsewhere, or with other inputs or parameters, the notebook computes the answers afresh.
"""

from __future__ import annotations

import contextlib
import copyreg
import hashlib
import io
import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fiscal_model.inputs.place import Place, digests_of
from fiscal_model.inputs.scenario import Scenario

VARIABLE = "FISCAL_MODEL_HANDOVER"


def question_key(place: Place | Path, scope: str, scenario: Scenario, *parameters: int | None) -> str:
    """Digest what the answers depend on: the place's files, be they read yet or not, its scope, the scenario, the parameters."""
    folder, digests = (place.folder, place.digests) if isinstance(place, Place) else (place, digests_of(place))
    asked = (str(folder.resolve()), sorted(digests.items()), scope, scenario.to_toml(), parameters)
    return hashlib.sha256(repr(asked).encode()).hexdigest()


@contextlib.contextmanager
def handed_over(answers: object, key: str, folder: Path) -> Iterator[None]:
    """Keep the answers in a file of the folder for the kernels started meanwhile."""
    raw = _pickled(answers)
    path, before = folder.resolve() / ".answers.pickle", os.environ.get(VARIABLE)
    path.write_bytes(raw)
    os.environ[VARIABLE] = f"{key}:{hashlib.sha256(raw).hexdigest()}:{path}"
    try:
        yield
    finally:
        os.environ.pop(VARIABLE, None)
        if before is not None:
            os.environ[VARIABLE] = before
        path.unlink(missing_ok=True)


def received(key: str) -> Any | None:
    """Return the answers to this very question if this run handed them over, else None."""
    wanted, _, rest = os.environ.get(VARIABLE, "").partition(":")
    digest, _, path = rest.partition(":")
    if wanted != key or not Path(path).is_file():
        return None
    raw = Path(path).read_bytes()
    return pickle.loads(raw) if hashlib.sha256(raw).hexdigest() == digest else None


def _pickled(answers: object) -> bytes:
    raw = io.BytesIO()
    pickler = pickle.Pickler(raw, protocol=5)
    pickler.dispatch_table = copyreg.dispatch_table | {MappingProxyType: lambda kept: (_frozen, (dict(kept),))}
    pickler.dump(answers)
    return raw.getvalue()


def _frozen(kept: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(kept)
