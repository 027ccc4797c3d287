"""``python -m fiscal_model`` is ``fiscal-model``."""

from fiscal_model.apps.cli import main

main()
