"""Budgets balanced and judged: log and rules, packages of measures, vintages and bridge, approvals, conflicts."""
