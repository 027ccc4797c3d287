"""Many places at once: each planned by itself, kept as it is done, gathered in one table."""
