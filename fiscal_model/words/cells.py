"""What one cell of a table may hold."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _plain_number(value: Any) -> Any:
    """Accept thousands separators and the spaces that spreadsheets leave; anything else stays as it was written.

    Python would read ``1_000`` as a thousand: with the underscore set apart it is no number.
    """
    if isinstance(value, str):
        if value.isascii() and "," not in value and "_" not in value:
            return value.strip()
        text = value.strip().replace("，", ",").replace("_", " _ ")
        return text.replace(",", "") if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", text) else text
    return value


def _plain_date(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str):
        text = value.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
        parts = text.split("-")
        if len(parts) == 3 and all(part.isdigit() for part in parts):
            return f"{int(parts[0]):04d}-{int(parts[1]):02d}-{int(parts[2]):02d}"
    return value


def _divides_the_year(value: int) -> int:
    if value not in {1, 2, 4, 12}:
        raise ValueError("payments a year")
    return value


COUNTED_IN_UNIT = "counted in unit"
"""Marks a cell whose figure the row's ``unit`` counts."""

Number = Annotated[float, BeforeValidator(_plain_number), Field(allow_inf_nan=False)]
Money = Annotated[Number, COUNTED_IN_UNIT]
Amount = Annotated[float, BeforeValidator(_plain_number), Field(ge=0, allow_inf_nan=False), COUNTED_IN_UNIT]
Share = Annotated[float, BeforeValidator(_plain_number), Field(ge=0, le=1, allow_inf_nan=False)]
Growth = Annotated[float, BeforeValidator(_plain_number), Field(ge=-1, le=1, allow_inf_nan=False)]
Count = Annotated[float, BeforeValidator(_plain_number), Field(ge=0, allow_inf_nan=False)]
Year = Annotated[int, BeforeValidator(_plain_number), Field(ge=1950, le=2100)]
Month = Annotated[int, BeforeValidator(_plain_number), Field(ge=1, le=12)]
PaymentsPerYear = Annotated[int, BeforeValidator(_plain_number), AfterValidator(_divides_the_year)]
Age = Annotated[int, BeforeValidator(_plain_number), Field(ge=0, le=120)]
Day = Annotated[dt.date, BeforeValidator(_plain_date)]
Text = Annotated[str, Field(min_length=1)]


class Row(BaseModel):
    """One row of a table. Unknown columns are refused, empty is never zero."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
