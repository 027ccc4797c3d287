"""The text of a report, chapter by chapter."""
