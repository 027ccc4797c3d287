"""Cautions: what is legal but doubtful, or computed on thin evidence; data, never warnings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caution:
    """One caution, printed in the report's table of cautions.

    Parameters
    ----------
    code : str
        Stable identifier, e.g. ``transfers_inferred``.
    where : str
        Block or table it concerns, in Chinese.
    message : str
        One Chinese sentence.
    """

    code: str
    where: str
    message: str
