"""Every table of a place folder, in the order in which the template lays them and the docs list them."""

from __future__ import annotations

from fiscal_model.registers.accounts.yearly_registers import YEARLY
from fiscal_model.registers.budgets.approval_registers import APPROVALS
from fiscal_model.registers.budgets.balance_registers import BALANCE
from fiscal_model.registers.budgets.library_registers import LIBRARY
from fiscal_model.registers.budgets.measure_registers import MEASURES
from fiscal_model.registers.budgets.proposal_registers import PROPOSALS
from fiscal_model.registers.debt.contingent_registers import CONTINGENT
from fiscal_model.registers.debt.debt_registers import DEBT
from fiscal_model.registers.debt.special_project_registers import SPECIAL_PROJECTS
from fiscal_model.registers.guarantees.calendar_registers import CALENDAR
from fiscal_model.registers.guarantees.guarantee_registers import GUARANTEES
from fiscal_model.registers.guarantees.staff_registers import STAFF
from fiscal_model.registers.ledgers.topics import topics
from fiscal_model.registers.revenue.revenue_registers import REVENUE
from fiscal_model.registers.schema import Table

_TOPICS = (
    YEARLY,
    STAFF,
    GUARANTEES,
    DEBT,
    SPECIAL_PROJECTS,
    CONTINGENT,
    BALANCE,
    CALENDAR,
    APPROVALS,
    MEASURES,
    REVENUE,
    PROPOSALS,
    LIBRARY,
    *(topic.registers for topic in topics()),
)
TABLES: dict[str, Table] = {table.name: table for topic in _TOPICS for table in topic}
