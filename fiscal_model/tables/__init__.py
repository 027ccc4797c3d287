"""The tables of a place folder."""
