"""``python -m fiscal_model`` is ``fiscal-model``."""

from fiscal_model.cli import main

main()
