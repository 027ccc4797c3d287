"""The annex of a report, table by table."""
