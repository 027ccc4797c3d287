"""Debt: the bond ledger, the portfolio where there is none, hidden debt."""
