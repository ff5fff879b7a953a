"""The page itself: templates filled, script and style named by their hashes in the content-security policy."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from functools import lru_cache
from typing import Any

import jinja2
from markupsafe import Markup

from sim.foundation.format import format_count, format_date
from sim.report.briefing import overturn, past, sections, studies, tables
from sim.report.briefing.account import (
    casualties_note,
    claim_source,
    coordination,
    levers_called,
    run_line,
    settings,
    study_source,
    what_was_known,
)
from sim.report.briefing.argue import argue
from sim.report.briefing.levers import levers_part
from sim.report.briefing.map import draw_map
from sim.report.briefing.material import Material
from sim.report.briefing.message import bar, beyond_a_halt, convention, definition, focus, sentence, tiles, why
from sim.report.briefing.parts import claim_parts, larger_sample, whole_and_parts
from sim.report.briefing.search import shares_of_variance
from sim.report.briefing.series import BUDGET
from sim.report.briefing.weights import weights_part
from sim.report.briefing.words import quotable, words

MISSING = {
    "factorial": "sim factorial",
    "robustness": "sim robustness",
    "sensitivity": "sim sensitivity",
    "hindcast": "sim hindcast scenarios/history/calibration.yaml",
    "controls": "sim controls",
}
"""By kind of study, the command that makes it."""

COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
"""Lines of script and style that hold a comment alone, and what stands before the others."""

MOST_BYTES = 400_000
"""Of a page: what mail and messages still carry."""

LEAST_BUDGET = 20_000
"""Characters that the weekly series keep, however large the rest of the page is."""


def render(material: Material) -> str:
    """Return the page: one HTML text that loads nothing."""
    style, script = _source("style.css"), _source("briefing.js")
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template("page.html.j2")
    contents = _contents(material)
    text: str = template.render(policy=policy, style=Markup(style), script=Markup(script), **contents)
    excess = len(text.encode()) - MOST_BYTES
    part = contents["argue"]
    if excess <= 0 or part is None:
        return text
    series = len(part.data["series"]["packed"])  # the one thing that can be cut
    contents |= _argue(material, max(series - excess, LEAST_BUDGET))
    shorter: str = template.render(policy=policy, style=Markup(style), script=Markup(script), **contents)
    return shorter


def json_in_html(value: Any) -> Markup:
    """Return JSON that nothing inside a script element can end or open: `<`, `>` and `&` are escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _contents(material: Material) -> dict[str, Any]:
    """Return what the template fills in; every text in it is escaped there."""
    return _head(material) | _sections(material) | _argue(material, BUDGET) | _evidence(material)


def _head(material: Material) -> dict[str, Any]:
    result = material.result
    data, names, verdict = result.data, result.names, result.verdict()
    base = verdict.table.arms[names.base].chances["halt"]
    time, judged, given = data["time"].to_numpy(), verdict.halt is not None and not verdict.halt.note, material.studies
    parts = claim_parts(result)
    return {
        "title": str(data.attrs.get("title", "")) or "A result",
        "description": str(data.attrs.get("description", "")),
        "names": names,
        "start": format_date(str(time[0])),
        "end": format_date(str(time[-1])),
        "replicates": format_count(int(data.sizes["replicate"]), "war"),
        "known": what_was_known(material),
        "spread_words": f"{100 * result.thresholds.interval:g}",
        "convention": convention(result.thresholds.interval),
        "run_line": run_line(material),
        "claim_source": claim_source(material),
        "warnings": sections.warnings(result),
        "verdict": verdict.verdict,
        "headline": sentence(result, verdict.halt, base, result.thresholds),
        "why": why(verdict.halt, result.thresholds) if verdict.halt and judged else "",
        "definition": definition(result.thresholds),
        "bar": bar(result.thresholds) if judged else "",
        "parts": parts,
        "quote": quotable(result) if judged else "",
        "words": words(result),
        "beyond": beyond_a_halt(result) if judged and not parts else "",
        "whole": whole_and_parts(result, given.get("factorial")) if judged else "",
        "larger": larger_sample(result, given.get("factorial"), given.get("sensitivity")) if judged else "",
        "moved_to": overturn.range_of_variants(given.get("robustness")) if judged else "",
        "evidence": past.evidence(given.get("hindcast")),
        "tiles": tiles(result),
        "focus_label": names.labels[focus(result)],
    }


def _sections(material: Material) -> dict[str, Any]:
    result, given = material.result, material.studies
    fans, fans_title = sections.happens(result)
    factorial = given.get("factorial")
    called = factorial.account["factors"] if factorial else {}
    start = str(result.data["time"].to_numpy()[0])[:7]
    observed = json.loads(str(result.data.attrs.get("observed_monthly_gain", "[]")))
    return {
        "fans": fans,
        "fans_title": fans_title,
        "ladder": sections.ladder(result),
        "record": past.halts_of_the_record(given.get("hindcast"), [row for row in observed if row[0] < start]),
        "map": draw_map(result, focus(result)),
        "adds": sections.adds(result, factorial),
        "coordination": coordination(material),
        "settings": settings(material),
        "tables": tables.arms_tables(result, material.parts),
        "casualties": casualties_note(material),
        "beside": [tables.beside_table(one) for one in material.beside],
        "chains": sections.chains(result),
        "views": {
            kind: studies.view(one, called, material.names, sections.stated_ranges(material.assumptions))
            for kind, one in given.items()
            if kind != "factorial"
        },
        "studies": given,
        "study_sources": {kind: study_source(one) for kind, one in given.items()},
        "missing": MISSING,
        "shares_ticks": sections.chances_axis(),
        "bar_at": sections.bar_at(result.thresholds.can),
    }


def _argue(material: Material, budget: int) -> dict[str, Any]:
    command = _playing(material.provenance.command)
    factorial = material.studies.get("factorial")
    called = levers_called(material) | (factorial.account["factors"] if factorial else {})
    part = argue(material.result, command, budget)
    return {
        "argue": part,
        "weights": weights_part(material.moved, part.data["series"]["replicates"]) if part else None,
        "levers": levers_part(material.emulated, material.result, command, called),
    }


def _evidence(material: Material) -> dict[str, Any]:
    assumptions, shares = material.assumptions, shares_of_variance(material.studies.get("sensitivity"))
    return {
        "shares": bool(shares),
        "assumptions": len(assumptions),
        "assumptions_packed": sections.assumptions_text(assumptions, shares) if assumptions else "",
        "grades": Counter(one.grade for one in assumptions),
        "provenance": material.provenance,
    }


def _playing(command: str) -> str:
    """Return a command line to which options can be added; one of Python cannot take them."""
    return command if command.startswith("sim ") else "sim run FILE"


def _digest(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode("ascii")


@lru_cache(maxsize=2)
def _source(name: str) -> str:
    """Return a file that goes into the page, without the comments and indents, which a reader finds in the repository."""
    from importlib.resources import files

    text = (files("sim.report.briefing") / "templates" / name).read_text(encoding="utf-8")
    return INDENT.sub("", LINE_COMMENT.sub("", COMMENT.sub("", text)))


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sim.report.briefing"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["json_in_html"] = json_in_html
    return environment
