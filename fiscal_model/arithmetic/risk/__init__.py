"""Risk: draws, joint shocks, events, quantiles and shares of variance, on plain arrays."""
