"""Uncertainty: many futures through the same arithmetic."""
