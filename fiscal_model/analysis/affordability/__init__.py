"""affordability."""
