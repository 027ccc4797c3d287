"""Debt of a place judged: ledger, roll-forward, hidden debt, projects, indicators."""
