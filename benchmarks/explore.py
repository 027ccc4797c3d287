"""Print what one slider move of the exploring screen costs in the kernel: milliseconds of processor time (median and least of 21 moves),
and the least as a share of one whole plan, read and computed by the same process."""

import statistics
import tempfile
import time

import fiscal_model as fm
from fiscal_model.apps.explore import open_session


def milliseconds(act):
    """Return the processor time of a call."""
    start = time.process_time()
    act()
    return 1000 * (time.process_time() - start)


def measure(place):
    """Print one place."""
    slider = open_session("data/places", place, tempfile.mkdtemp()).screen.sliders["pay_growth"].whole
    spent = [milliseconds(lambda to=0.03 + 0.005 * move: setattr(slider, "value", to)) for move in range(21)]
    whole = min(milliseconds(lambda: fm.project(fm.read_place(f"data/places/{place}"), "baseline")) for _ in range(3))
    print(
        f"{place}: median {statistics.median(spent):.0f}, least {min(spent):.0f}; "
        f"a whole plan {whole:.0f}, ratio {min(spent) / whole:.2f}"
    )


for name in ("lijiang", "zhangye", "gangu", "yunshui"):
    measure(name)
