"""Budgets as approved and carried out: adjustments, breaches, mid-year policies, conflicts between documents."""
