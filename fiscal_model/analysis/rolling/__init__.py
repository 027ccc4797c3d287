"""rolling."""
