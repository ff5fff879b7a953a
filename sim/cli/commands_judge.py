"""The commands that judge: a claim, each sentence, every set of levers, and how well it all stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from sim.cli.options import PLAY, Request, command

WorldFile = Annotated[Path | None, Argument(metavar="[FILE]", help="By default scenarios/ukraine-2024-11-19.yaml.")]

commands = Typer()
ARTICLE = tuple(f"C{number}" for number in range(22, 30))
"""Claims that the arms of the shipped experiment answer."""

FromClaim = Annotated[Path | None, Argument(metavar="[FILE]", help="By default scenarios/claim.yaml.")]
Write = Annotated[Path | None, Option(metavar="FILE.md", help="Write the page as Markdown.", show_default="none")]


@command(commands, (*PLAY, "resume"), "Play the article's experiment.", "sim claim --replicates 50 --json")
def claim(request: Request, file: FromClaim = None) -> None:
    """Play the article's experiment: each lever alone, all together apart, all coordinated (claims C22 to C29)."""
    from sim.workflows.helpers import helpers

    with helpers(request.options) as others:
        from sim.report.experiment import played
        from sim.workflows.files import shipped_scenario
        from sim.workflows.run import run

        result = run(file or shipped_scenario("claim.yaml"), request.options, ARTICLE, others)
    request.answer(result, lambda: played(result.result, result.answers, result.drawing.folder, result.enemy))


@command(
    commands,
    tuple(name for name in PLAY if name != "horizon"),
    "Test the article sentence by sentence.",
    "sim claims C07 C27 --replicates 50",
    out={"show_default": "results/claims"},
)
def claims(
    request: Request,
    names: Annotated[
        list[str] | None, Argument(metavar="[ID...]", help="Claims, as C07, or claim files; by default all.")
    ] = None,
    check: Annotated[bool, Option("--check", help="Check the files; play nothing.")] = False,
    write: Write = None,
) -> None:
    """Test claims one by one: what supports each, what contradicts it, and what happens anyway."""
    from sim.report import claims as report
    from sim.workflows import claims as workflow

    if check:
        checked = workflow.check(names or [], request.options)
        request.answer(checked, lambda: report.checked(checked.groups))
        return
    result = workflow.claims(names or [], request.options, write)
    request.write_page(write, lambda: report.page(result.answers))
    request.answer(result, lambda: report.screen(result.answers))


@command(
    commands,
    ("replicates", "seed", "horizon", "changes", "out", "jobs", "engine", "as_json", "quiet"),
    "Does the model answer changes of known effect?",
    "sim controls --only works_tripled --json",
    replicates={"help": "Replicates per arm.", "show_default": "200"},
)
def controls(
    request: Request,
    file: WorldFile = None,
    only: Annotated[list[str] | None, Option(metavar="CONTROL", help="Only this one; may be given often.")] = None,
) -> None:
    """Play the positive controls that a scenario names (no recruits, twice the men, no aid): each has a sign, some a range."""
    from sim.report.controls import screen
    from sim.workflows.controls import controls as work

    result = work(file, request.options, only or [])
    request.answer(result, lambda: screen(result.answers))


@command(
    commands,
    tuple(name for name in PLAY if name != "engine"),
    "Who decides anything: what does freezing each agent change?",
    "sim agents --json",
    replicates={"help": "Replicates.", "show_default": "200"},
    out={"help": "Folder for the figure.", "show_default": "results/agents"},
)
def agents(
    request: Request,
    file: WorldFile = None,
) -> None:
    """Hold each class of agents to the mean of its own orders from the first day; say what that changes (who decides)."""
    from sim.report.agents import screen
    from sim.workflows.agents import agents as work

    result = work(file, request.options)
    request.answer(result, lambda: screen(result.freezings, result.replicates, result.drawing.folder))


@command(
    commands,
    ("replicates", "seed", "horizon", "changes", "out", "jobs", "engine", "no_plots", "plots_to", "as_json", "quiet"),
    "What does it cost that each donor decides for itself?",
    "sim donors --json",
    replicates={"help": "Replicates per arm.", "show_default": "200"},
)
def donors(
    request: Request,
    file: WorldFile = None,
) -> None:
    """Play the donors' game: each for itself, as today, one planner; and what each part of coordination keeps at the front."""
    from sim.report.donors import screen
    from sim.workflows.donors import donors as work

    result = work(file, request.options)
    request.answer(result, lambda: screen(result.game, result.parts, result.cells, result.panel))


@command(
    commands,
    (*PLAY, "resume"),
    "Play every set of levers; who adds what?",
    "sim factorial --replicates 50 --json, or sim factorial --until-precision p_halt=0.02",
)
def factorial(
    request: Request,
    file: Annotated[Path | None, Argument(metavar="[FILE]", help="By default scenarios/factorial.yaml.")] = None,
    until_precision: Annotated[
        list[str] | None,
        Option(
            metavar="[OUTCOME=]X",
            help="Play until the half-width of joint minus sum of parts is X, as 20 (km2 kept) or p_halt=0.02; "
            "may be given often. --replicates is then the most.",
        ),
    ] = None,
) -> None:
    """Play a full factorial: main effects, Shapley values, interactions, and the whole against the sum of its parts."""
    from sim.report.factorial import screen
    from sim.workflows import factorial as workflow

    result = workflow.factorial(file, request.options, until_precision or [])
    request.answer(result, lambda: screen(result.account))


@command(commands, (*PLAY, "resume"), "Play one thing by degrees.", "sim dose --replicates 50 --json")
def dose(
    request: Request,
    file: Annotated[Path | None, Argument(metavar="[FILE]", help="By default scenarios/coordination.yaml.")] = None,
) -> None:
    """Play arms by degrees on top of one arm: how much of each does how much."""
    from sim.report.factorial import screen
    from sim.workflows import factorial as workflow

    result = workflow.dose(file, request.options)
    request.answer(result, lambda: screen(result.account))


@command(
    commands,
    PLAY,
    "How robust is the verdict?",
    "sim robustness --replicates 50 --only combat_square --only voice_moscow",
    replicates={"help": "Replicates per arm and variant.", "show_default": "200"},
)
def robustness(
    request: Request,
    file: FromClaim = None,
    variants: Annotated[
        Path | None, Option(metavar="FILE", help="Variants and thresholds.", show_default="shipped")
    ] = None,
    only: Annotated[list[str] | None, Option(metavar="VARIANT", help="Only this one; may be given often.")] = None,
    write: Write = None,
) -> None:
    """Ask the claim's question under other structures, figures and thresholds; show what turns the verdict, and where."""
    from sim.report import robustness as report
    from sim.workflows.robustness import robustness as work

    result = work(file, request.options, variants=variants, only=only or [], write=write)
    request.write_page(write, lambda: report.page(result.account, write, result.drawing.folder))
    request.answer(result, lambda: report.screen(result.account))


@command(
    commands,
    PLAY,
    "What does the verdict depend on?",
    "sim sensitivity --quick --parts sensitivity,information",
    replicates={"min": 50, "show_default": "2000"},
)
def sensitivity(
    request: Request,
    file: FromClaim = None,
    parts: Annotated[str, Option(metavar="LIST", help="sensitivity, discovery, flip, information; or all.")] = "all",
    quick: Annotated[bool, Option("--quick", help="Few replicates: a look, not a result.")] = False,
    bench: Annotated[
        int | None, Option(min=10, metavar="N", help="Replicates per question of flip.", show_default="120")
    ] = None,
    write: Write = None,
) -> None:
    """Find what the verdict depends on: which numbers matter, where it holds, what would turn it, what to find out."""
    from sim.report import sensitivity as report
    from sim.workflows.sensitivity import sensitivity as work

    result = work(file, request.options, parts=parts, bench=bench, quick=quick, write=write)
    request.write_page(write, lambda: report.page(result.account, write, result.drawing.folder))
    request.answer(result, lambda: report.screen(result.account))
