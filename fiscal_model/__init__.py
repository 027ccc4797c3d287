"""Medium-term fiscal plans and affordability assessment for county governments in China."""
