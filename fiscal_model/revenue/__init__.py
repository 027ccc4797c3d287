"""Own revenue: engines, their rolling back-test, items made coherent with the total."""
