"""Make trials and write the table: ``python -m tests.trials [NAME | NAME:NUMBER ...] [--share X] [--minutes M] [--seed N]``.

Rows of kinds that are not tried stay as they were. Exit code 1 if there was any trouble.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import math
import os
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.trials.common import SEED, Series, attempted, page, run

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEPT, PAGE = ROOT / "docs/results/trials.json", ROOT / "docs/trials.md"


def all_series() -> Iterator[Series]:
    """Yield every series of every module here."""
    for module in sorted(one.name for one in pkgutil.iter_modules([str(HERE)])):
        if not module.startswith(("test_", "__")):
            yield from getattr(importlib.import_module(f"tests.trials.{module}"), "SERIES", ())


def main() -> None:
    """Make the trials asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME[:NUMBER]", help="all kinds by default")
    parser.add_argument("--share", type=float, default=1.0, help="of the full number of trials")
    parser.add_argument("--minutes", type=float, default=math.inf, help="after which no trial of a kind is begun")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    known = {one.name: one for one in all_series()}
    unknown = [name for name in asked.names if name.split(":")[0] not in known]
    if unknown:
        parser.error(f"no trials named {', '.join(unknown)} - there are {', '.join(known)}")
    singles = [name for name in asked.names if ":" in name]
    if singles:
        troubles = [attempted(known[name], int(number), asked.seed) for name, number in (s.split(":") for s in singles)]
        print("\n".join(f"{name}: {trouble or 'holds'}" for name, trouble in zip(singles, troubles, strict=True)))
        sys.exit(any(troubles))
    logging.disable(logging.WARNING)  # what a damaged result says while it is mended
    chosen = [one for one in known.values() if not asked.names or one.name in asked.names]
    results = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    for series in chosen:
        numbers = range(max(1, round(series.full * asked.share)))
        results[series.name] = run(
            series,
            numbers,
            asked.seed,
            lambda line: print(line, flush=True),
            60 * asked.minutes,
            len(os.sched_getaffinity(0)),
        ).account()
        rows = {name: results[name] for name in known if name in results}
        KEPT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        PAGE.write_text(page(list(rows.values())), encoding="utf-8")
    sys.exit(any(results[one.name]["troubles"] for one in chosen))


if __name__ == "__main__":
    main()
