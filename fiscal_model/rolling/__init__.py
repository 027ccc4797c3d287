"""From plan to plan: kept plans, the bridge between them, what is carried over, what past errors are worth."""
