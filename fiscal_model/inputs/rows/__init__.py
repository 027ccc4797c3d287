"""Rows of a place's tables: read, checked one by one and against each other, every fault in Chinese."""
