"""How planners really type tables: small steps from a sheet as it is to a header with rows, each saying what it did."""
