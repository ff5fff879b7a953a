"""The generated part on the rank test of the calibration."""

from __future__ import annotations

from docs.blocks import Results, block, markdown_table
from sim.foundation.format import format_count, format_list

SHOWN = 12


@block("rank-test")
def rank_test(results: Results) -> str:
    """Say where true parameters fell among the draws of posteriors found from data made with them."""
    found = results["rank-test"]
    uneven = [f"`{name}`" for name in found["uneven"]]
    off = found["dispersion"] - 1.0
    wide = (
        f"too {'narrow' if off > 0.0 else 'wide'}, by {abs(off):.0%}" if abs(off) > 0.05 else "as wide as it should be"
    )
    rows = [
        [f"`{row['parameter']}`", f"{100 * row['variance_left']:.0f} %", f"{row['bias']:+.2f}", f"{row['dispersion']:.2f}",
         f"{row['p_holm']:.2f}", " ".join(str(count) for count in row["ranks"])]
        for row in found["parameters"][:SHOWN]
    ]  # fmt: skip
    table = markdown_table(
        ["parameter", "left of the prior's variance", "bias", "dispersion", "p (Holm)", "ranks by tenth"], rows
    )
    made = f"{found['tests']} data sets to {found['until']}, {found['members']} members, {found['steps']} steps."
    ranks = f"the ranks of {format_count(len(uneven), 'parameter')} of these are not even at 5 %"
    return (
        f"{made} Of {found['tested']} parameters the data move {found['moved']}; {ranks} ({format_list(uneven) or 'none'}). "
        f"Root mean square of all scores {found['dispersion']:.2f}: on the whole the posterior is {wide}.\n\n"
        f"{table}"
    )
