"""debt."""
