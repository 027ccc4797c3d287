"""Rigid spending: the three guarantees, project commitments, temporary payments."""
