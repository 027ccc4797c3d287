"""The rule files of the management ledgers, declared: each a handful of named values with label, source and quality."""

from __future__ import annotations

from fiscal_model.law.rule_kinds import FOUNDED, TEXT, Each, Listed, Settings, alike, number, settings

_VALUE = number(-1e9, 1e9)


def valued(names: str, listed: str = "", tables: str = "") -> Settings:
    """Declare a file of named values.

    ``names`` hold one number each, ``listed`` a list of texts, ``tables`` a table of numbers by any key (a table named
    ``value``); all with label, source and quality.
    """
    about = {"label": TEXT, **FOUNDED}
    return settings(
        {
            **alike(names, {**about, "value": _VALUE}),
            **alike(listed, {**about, "value": Listed(TEXT)}),
            **alike(tables, {**about, "value": Each(_VALUE)}),
        }
    )


LEDGER_RULES: dict[str, Settings] = {
    "ledger_finance": valued(
        "least_leverage concentration most_lenders most_loss equity_rate bridge_share bridge_days least_lent",
        tables="default_rate loss_given_default",
    ),
    "ledger_assets": valued(
        "idle_days least_use least_of_appraisal present_value_rate debt_ratio survey_difference survey_coverage survey_age",
        listed="open_sale land_codes mineral_codes forest_codes grassland_codes water_codes",
        tables="least_use_of",
    ),
    "ledger_data": valued(
        "least_match sales_per_kwh most_share fall top_count", "undeclared sensitive_fields", "estimate refresh_days"
    ),
    "ledger_debt": valued("value_band index_green index_yellow"),
    "ledger_budget_chain": valued(
        "allocation_days idle_days least_paid lag", "county_tables department_tables", "deduction per_head price_limit"
    ),
    "ledger_guarantees": valued("lag_band lag_red account_cover late_days"),
    "ledger_supervision": valued(
        "least_coverage sample_size anomaly_weight seed case_days least_self_score least_assessment ending_days",
        "platform_layout",
    ),
    "ledger_zero_base": valued("class_rise least_covered", tables="weight"),
    "ledger_pooling": valued("damping income_band"),
    "ledger_safeguards": valued("least_funded", "group_province group_ministry group_own annex_tables"),
    "ledger_state_capital": valued("least_transfer_share raise_step least_cover progress_band tied_band tied_rank"),
    "ledger_thrift": valued(
        "only_down contract_growth room_area upkeep_share estimate_overrun repair_price repair_years pass_line",
        tables="meeting_quota meeting_days training_quota training_taper office_area weight cut_rate",
    ),
    "ledger_performance": valued(
        "theme_line target_kinds return_line improve_line review_cut partial_share cost_band indirect_share score_drop revision_years",
        tables="document_count target_weight",
    ),
}
