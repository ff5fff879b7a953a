"""Write docs/planted-faults.md: what was broken on purpose, and which check notices. ``python -m tests.faults.page``"""

from pathlib import Path

from tests.faults.planted import FAULTS

PAGE = "docs/planted-faults.md"
HEAD = """\
# Planted faults

A test that cannot fail proves nothing. So the program is broken on purpose, one place at a time, and the tests named here
must fail - every one of them - while they pass on the sound program. `tests/faults` does this with each run of the tests:
it copies the program, makes the one change, and runs the checks on the copy.

This page is made by `make faults` from `tests/faults/planted.py`; a test keeps it true. A fault that no check notices is
a hole in the tests: add the check first, then the fault.
"""
KINDS = {
    "sign": "A sign turned",
    "unit": "A lost unit",
    "flow": "Things made, used or counted twice",
    "bonus": "A coded bonus",
    "luck": "Luck",
    "lag": "A lag dropped",
    "arm": "Arms",
    "lanes": "Lanes",
    "lever": "Levers",
    "knowing": "What actors know and believe",
    "past": "The past, forecasts, the posterior",
    "judging": "Judging",
}


def page() -> str:
    """Return the text of the page."""
    parts = [HEAD]
    for kind, title in KINDS.items():
        parts.append(f"\n## {title}\n")
        for fault in FAULTS:
            if fault.kind == kind:
                parts.append(entry(fault))
    return "".join(parts)


def entry(fault) -> str:
    """Return one fault as a heading, a sentence, the change and its checks."""
    change = [f"- {line}" for line in fault.old.splitlines()] + [f"+ {line}" for line in fault.new.splitlines()]
    checks = "\n".join(f"- `{check}`" for check in fault.checks)
    body = "\n".join(change)
    return f"\n### {fault.name}\n\n{fault.breaks} In `{fault.file}`:\n\n```diff\n{body}\n```\n\nCaught by\n\n{checks}\n"


def main() -> None:
    """Write the page."""
    root = Path(__file__).resolve().parents[2]
    (root / PAGE).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
