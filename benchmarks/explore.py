"""Print what one slider move of the exploring screen costs, in milliseconds (median of 21 moves)."""

from fiscal_model.apps.explore import redraw_time

for place in ("lijiang", "yunshui", "zhangye"):
    parts = redraw_time(place=place)
    print(place, "  ".join(f"{name} {milliseconds:.0f}" for name, milliseconds in parts.items()))
