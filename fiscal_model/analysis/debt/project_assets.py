"""What special-bond projects built: completed, accepted, booked."""

from __future__ import annotations

import pandas as pd

from fiscal_model.model.projection import Plan
from fiscal_model.words.vocabulary import YesNo


def unbooked_assets(plan: Plan) -> pd.DataFrame:
    """List assets of special-bond projects that are completed and accepted but not booked by the end of the base year.

    Rows of ``special_project_assets`` with the project's name and ``days_late`` since completion; may be empty.
    """
    assets = asset_records(plan)
    return assets[assets["late"]].reset_index(drop=True)


def asset_records(plan: Plan) -> pd.DataFrame:
    """Return the asset record of every project at the end of the base year.

    Rows of ``special_project_assets`` with ``name`` of the project, ``late`` (accepted, not booked) and ``days_late``.
    """
    place, end = plan.basis.place, pd.Timestamp(plan.base_year, 12, 31)
    names = place.rows("special_projects").set_index("project_code")["name"]
    rows = place.rows("special_project_assets").copy()
    completed = pd.to_datetime(rows["completed_date"])
    late = (rows["accepted"] == YesNo.YES) & (rows["booked"] == YesNo.NO) & (completed <= end)
    days = (end - completed).dt.days.where(late, 0).astype(int)
    return rows.assign(name=rows["project_code"].map(names), late=late.astype(bool), days_late=days)
