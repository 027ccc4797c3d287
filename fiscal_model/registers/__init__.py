"""The registers of a place, one row class a table: what a row says and how a planner is told."""
