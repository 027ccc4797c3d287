"""The general budget balanced in plain Python, year by year, as the law reads: an independent check of the waterfall."""

MEASURES = ("draw", "recover_carryover", "extra_transfer_in", "cut_projects", "cut_operations", "rescue")


def balance(terms, order=MEASURES, measures=True):
    """Balance one future; ``terms`` maps names to a list by year, and opening balances to numbers."""
    years = len(terms["own_revenue"])
    fund, carried, rescue, revolving = (terms["stabilization_stock"], terms["carry_in"], 0.0, terms["revolving_stock"])
    found = []
    for t in range(years):
        at = {name: value[t] for name, value in terms.items() if isinstance(value, list)}
        rate = at["reserve_rate"]
        free = at["own_revenue"] + at["general_purpose"] + at["proceeds"] + at["transfer_in"]
        money = free + at["other_resources"] + at["earmarked"] + carried
        tied = max(at["earmarked"] + carried - at["carry_out"] - at["guarantees_from_above"], 0.0)
        back = min(at["returned"], tied)
        tied -= back
        duties = at["protected"] + at["tied_by_bonds"]
        with_reserve = (duties + tied + at["flexible"] + at["projects"]) / (1 - rate)
        moved = at["revolving_topup"]
        if revolving + moved > 0.01 * with_reserve:
            moved = 0.01 * with_reserve - revolving
        if revolving + moved < 0:
            moved = -revolving
        revolving += moved
        elsewhere = at["remitted_up"] + at["principal"] + at["transfer_out"] + at["other_uses"] + at["carry_out"]
        left = money - with_reserve - elsewhere - rescue - moved - back
        flexible = max(at["flexible"], 0.0)
        old = min(at["old_carryover"], tied) / (1 - rate)
        room = {
            "draw": fund,
            "recover_carryover": old,
            "extra_transfer_in": at["extra_transfer_in"],
            "cut_projects": (at["projects"] + at["development_cut"] * flexible) / (1 - rate),
            "cut_operations": at["operations_cut"] * flexible / (1 - rate),
            "rescue": at["rescue_limit"] * with_reserve,
        }
        taken = dict.fromkeys(MEASURES, 0.0)
        short = max(-left, 0.0)
        for step in order if measures else ():
            taken[step] = min(short, room[step])
            short -= taken[step]
        surplus = max(left, 0.0)
        old_left = old - taken["recover_carryover"]
        by_law = min(surplus, at["fund_excess"] + max(-moved, 0.0))
        cap = at["stabilization_cap"] * (with_reserve - old_left)
        topup = min(surplus - by_law, max(cap - fund - by_law - old_left, 0.0))
        waiting = surplus - by_law - topup
        cut = taken["recover_carryover"] + taken["cut_projects"] + taken["cut_operations"] + old_left
        above = max(revolving - 0.01 * (with_reserve - cut + waiting), 0.0)
        revolving -= above
        by_law += above
        fund = fund - taken["draw"] + by_law + old_left + topup
        found.append({
            **taken, "gap": short, "surplus_from_funds": by_law, "surplus_to_fund": topup,
            "surplus_unallocated": waiting, "surplus_carryover": old_left,
            "fund": fund, "revolving": revolving,
        })  # fmt: skip
        rescue, carried = taken["rescue"], at["carry_out"]
    return found
