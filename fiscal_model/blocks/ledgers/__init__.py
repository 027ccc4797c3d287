"""What the management ledgers come to, and what of it counts in the plan."""
