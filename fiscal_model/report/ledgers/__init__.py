"""The tables of the management ledgers, one file a task."""
