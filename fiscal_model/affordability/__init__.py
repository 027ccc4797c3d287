"""Judgement of affordability: the county-wide rating."""
