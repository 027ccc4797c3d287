"""Print what one slider move of the exploring screen costs in the kernel, in milliseconds (median and least of 21 moves)."""

import statistics
import tempfile
import time

from fiscal_model.apps.explore import open_session

for place in ("lijiang", "zhangye", "gangu", "yunshui"):
    slider, spent = open_session("data/places", place, tempfile.mkdtemp()).screen.sliders["pay_growth"].whole, []
    for move in range(21):
        start = time.perf_counter()
        slider.value = 0.03 + 0.005 * move
        spent.append(1000 * (time.perf_counter() - start))
    print(f"{place}: median {statistics.median(spent):.0f}, least {min(spent):.0f}")
