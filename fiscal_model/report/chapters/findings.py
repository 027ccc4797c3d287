"""What the analyses found, by the name under which a template asks for it; `sandbox.plain` makes it plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fiscal_model.report.chapters import findings_base, findings_debt, findings_details, findings_money, findings_risk

FINDINGS: dict[str, Callable[..., Any]] = {
    **findings_base.FINDINGS, **findings_money.FINDINGS, **findings_debt.FINDINGS, **findings_risk.FINDINGS,
    **findings_details.FINDINGS,
}  # fmt: skip
"""Name to what finds it in the material."""
