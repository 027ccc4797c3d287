"""What the years to come may bring in: own revenue, transfers and land, from history, structure, months and opinions."""
