"""Readers: the only code that opens files. Frozen objects come out."""
