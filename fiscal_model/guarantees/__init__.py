"""The three guarantees of a place: items, persons, staff, early warning, months, what-if, levers, findings."""
