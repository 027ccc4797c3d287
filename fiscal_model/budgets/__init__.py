"""The four budgets, each an identity; arrays of shape (..., year), any leading axes."""
