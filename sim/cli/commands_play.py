"""The commands that check, play, compare and recount scenarios; each imports its work when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from sim.cli.options import INSPECT, PLAY, Request, command

commands = Typer()
ScenarioFile = Annotated[Path, Argument(metavar="FILE", help="A scenario file.")]


@command(commands, INSPECT, "Check scenario files.", "sim validate scenarios/claim.yaml")
def validate(
    files: Annotated[list[Path], Argument(metavar="FILE...", help="Scenario or claim files.")], request: Request
) -> None:
    """Check scenario files; report every fault of every file with its place."""
    from sim.report import scenarios
    from sim.workflows import inspection

    result = inspection.validate(files, request.options)
    request.answer(result, lambda: scenarios.valid(result.account["valid"]))
    result.faults.check()


@command(
    commands,
    (*PLAY, "resume"),
    "Play every arm of a scenario.",
    'sim run scenarios/claim.yaml --replicates 50 --horizon "26 week"',
)
def run(file: ScenarioFile, request: Request) -> None:
    """Play every arm of a scenario; end with a table, plots and one sentence."""
    from sim.workflows.helpers import helpers

    with helpers(request.options) as others:
        from sim.report.experiment import played
        from sim.workflows.run import run as play

        result = play(file, request.options, helpers=others)
    request.answer(result, lambda: played(result.result, plots=result.drawing.folder))


@command(
    commands,
    PLAY,
    "Compare scenarios and stored results.",
    "sim compare scenarios/claim.yaml results/an-earlier-result --against claim:base",
    out={"help": "Folder for results that are played and for figures."},
    plots_to={"show_default": "plots/ in --out"},
)
def compare(
    inputs: Annotated[list[Path], Argument(metavar="FILE-OR-RESULT...", help="Scenario files or result folders.")],
    request: Request,
    against: Annotated[
        str | None,
        Option(metavar="RESULT:ARM", help="What all others are compared with.", show_default="the first's base"),
    ] = None,
    why: Annotated[
        str | None,
        Option(
            metavar="RESULT:ARM",
            help="Take the change to this arm apart by supply, manpower, strike, belief and settling; plays the worlds "
            "between the two, 32 at most.",
        ),
    ] = None,
) -> None:
    """Compare scenarios (played first) and stored results in one table and one set of figures."""
    from sim.report.experiment import compared
    from sim.workflows.run import compare as compare_all

    found = compare_all(inputs, request.options, against, why)
    request.answer(
        found,
        lambda: compared(
            found.results,
            found.reference,
            found.contrasts,
            found.drawing.folder,
            found.why.account if found.why else None,
            found.until,
            found.account.get("inputs"),
            found.inputs_unread,
        ),
    )


@command(
    commands,
    ("seed", "horizon", "changes", "out", "as_json"),
    "Recount one replicate month by month.",
    "sim replay scenarios/claim.yaml --arm all_with_coordination --replicate 7",
    out={"help": "File for the diary.", "show_default": "print it"},
)
def replay(
    file: ScenarioFile,
    request: Request,
    arm: Annotated[str | None, Option(help="Which arm.", show_default="the base")] = None,
    replicate: Annotated[int, Option(min=0, help="Which replicate, from 0.")] = 0,
) -> None:
    """Recount one replicate month by month: what each actor saw, decided, sent and lost."""
    from sim.workflows import inspection

    result = inspection.replay(file, request.options, arm=arm, replicate=replicate)
    request.write(result, lambda: result.diary)


@command(
    commands,
    ("changes", "out", "as_json"),
    "List every number with its evidence.",
    "sim evidence scenarios/claim.yaml --out docs/evidence.md",
    out={"help": "File for the page.", "show_default": "print it"},
)
def evidence(file: ScenarioFile, request: Request) -> None:
    """List every number of a scenario: value, range, unit, source, date, grade, and the posterior where there is one."""
    from sim.report import scenarios
    from sim.workflows import inspection

    result = inspection.evidence(file, request.options)
    request.write(
        result, lambda: scenarios.evidence(result.name, result.numbers, inspection.DEFINITION, result.posterior)
    )


@command(
    commands,
    ("out", "as_json"),
    "Print the JSON Schema of the files.",
    "sim schema claim --out claim.json",
    out={"help": "File for the schema.", "show_default": "print it"},
)
def schema(
    request: Request, kind: Annotated[str, Argument(metavar="KIND", help="scenario or claim")] = "scenario"
) -> None:
    """Print the JSON Schema of scenario or claim files, by which editors complete and mark."""
    from sim.workflows import inspection
    from sim.workflows.files import json_text

    result = inspection.schema(kind)
    request.write(result, lambda: json_text(result.account))


@command(commands, ("as_json", "quiet"), "Bring an old file to today's format.", "sim migrate mine.yaml --write")
def migrate(
    file: Annotated[Path, Argument(metavar="FILE", help="A scenario, claim or calibration file of format 1.")],
    request: Request,
    write: Annotated[bool, Option("--write", help="Replace the file; without, the new one is printed.")] = False,
) -> None:
    """Turn a file of an older format into one of today's, comments kept; see "Moved keys" in the reference."""
    from sim.report import scenarios as report
    from sim.workflows.migrate import migrate as move

    result = move(file, write=write)
    if write:
        request.answer(result, lambda: report.migrated(result.account))
    else:
        request.write(result, lambda: result.text)


@command(commands, ("as_json",), "List what there is.", "sim list measures")
def list_(
    request: Request,
    what: Annotated[
        str | None,
        Argument(
            metavar="[WHAT]", help="scenarios, arms, levers, variants, measures, metrics or variables; all without."
        ),
    ] = None,
    file: Annotated[
        Path | None, Argument(metavar="[FILE]", help="A scenario file.", show_default="the shipped claim")
    ] = None,
) -> None:
    """List names: shipped scenarios; of a scenario the arms, levers, own metrics and recorded variables; variants, measures."""
    from sim.report import scenarios as report
    from sim.workflows import scenarios

    result = scenarios.list_names(what, request.options, file)
    request.answer(result, lambda: report.names(result.account))


@command(commands, INSPECT, "Show how two scenarios differ.", "sim diff shipped:claim scenarios/voices/moscow.yaml")
def diff(
    first: Annotated[Path, Argument(metavar="A", help="A scenario file or a stored result.")],
    second: Annotated[Path, Argument(metavar="B", help="A scenario file or a stored result.")],
    request: Request,
) -> None:
    """Show every setting, number and arm in which two scenarios differ, with its place and source."""
    from sim.report import scenarios as report
    from sim.workflows import scenarios

    result = scenarios.diff(first, second, request.options)
    request.answer(result, lambda: report.differences(result.account))


@command(commands, ("changes", "as_json"), "Explain a key of a scenario.", "sim explain movement.half_density")
def explain(
    key: Annotated[
        str,
        Argument(
            metavar="KEY", help="A dotted key, as movement.response or run.horizon; a part of one lists what is below."
        ),
    ],
    request: Request,
    file: Annotated[
        Path | None, Argument(metavar="[FILE]", help="A scenario file.", show_default="the shipped claim")
    ] = None,
) -> None:
    """Explain a key: its meaning, value, range and evidence, what sets it, the equations it enters, and what it moves."""
    from sim.report import scenarios as report
    from sim.workflows.explain import explain as explain_key

    result = explain_key(key, file, request.options)
    request.answer(result, lambda: report.explained(result.account))


@command(
    commands,
    ("as_json", "quiet"),
    "Write a scenario to begin with.",
    'sim new mine.yaml --from claim --change "us_arms twelve months later"',
)
def new(
    file: Annotated[Path, Argument(metavar="FILE", help="The file to write; it must not be there yet.")],
    request: Request,
    source: Annotated[str, Option("--from", metavar="NAME", help="A shipped scenario (sim list scenarios).")] = "claim",
    change: Annotated[
        list[str] | None,
        Option(
            metavar="SENTENCE",
            help='What to change, as "NAME two weeks earlier", "NAME dose times 0.5", "without NAME", "KEY times 1.2"; '
            "may be given often.",
            show_default="an example",
        ),
    ] = None,
) -> None:
    """Write a small commented scenario that stands on a shipped one and is played in seconds; each change is an arm."""
    from sim.report import scenarios as report
    from sim.workflows.new_scenario import new_scenario

    result = new_scenario(file, source, tuple(change or ()))
    request.answer(result, lambda: report.written(result.account))


@command(
    commands,
    PLAY,
    "Play a scenario over ranges of its keys.",
    "sim sweep shipped:claim --arm us_arms --over levers.us_arms.dose=0..1 --over levers.us_arms.start=2024-12-01..2025-09-01",
)
def sweep(
    file: ScenarioFile,
    request: Request,
    over: Annotated[
        list[str] | None,
        Option(
            metavar="KEY=LOW..HIGH",
            help='A key and its range, in the key\'s unit, as "x 0.5..2" or from day to day; may be given often.',
            show_default="the scenario's sweep",
        ),
    ] = None,
    points: Annotated[
        int | None,
        Option(min=1, metavar="N", help="Values per key of a grid, or points of a Sobol design.", show_default="5"),
    ] = None,
    design: Annotated[str | None, Option(help="grid or sobol.", show_default="grid")] = None,
    arm: Annotated[str | None, Option(help="The arm that every point stands on.", show_default="the base")] = None,
) -> None:
    """Play a scenario over ranges of keys: a grid or a Sobol design, each point an arm, paired with the arm it stands on."""
    from sim.report.sweep import screen
    from sim.workflows.sweep import sweep as play

    result = play(file, request.options, tuple(over or ()), points, design, arm)
    request.answer(result, lambda: screen(result.account))


@command(
    commands,
    PLAY,
    "Find the best package under a budget.",
    'sim optimise shipped:claim --budget "5 Gusd"',
    replicates={"show_default": "200, to verify"},
)
def optimise(
    file: ScenarioFile,
    request: Request,
    budget: Annotated[str, Option(metavar="MONEY", help='What may be spent, as "5 Gusd" or "800 Musd".')],
    goal: Annotated[
        str,
        Option("--for", metavar="GOAL", help="ground: most ground kept; lives: fewest killed, both sides together."),
    ] = "ground",
) -> None:
    """Find the mix, dates and kinds that keep most ground, or cost fewest lives, for that money against an enemy who answers."""
    from sim.report.optimise import screen
    from sim.workflows.optimise import optimise as find

    result = find(file, request.options, budget, goal)
    request.answer(result, lambda: screen(result.account))


@command(
    commands,
    ("replicates", "seed", "horizon", "changes", "quiet"),
    "Watch a war in a browser.",
    "sim view shipped:abstract-claim",
    replicates={"show_default": "200"},
)
def view(
    file: ScenarioFile,
    request: Request,
    arm: Annotated[str | None, Option(help="Which arm.", show_default="the base")] = None,
    host: Annotated[
        str, Option(metavar="ADDRESS", help="Where to listen; this machine alone by default.")
    ] = "127.0.0.1",
    port: Annotated[int, Option(min=0, max=65535, help="0 for any that is free.")] = 8765,
) -> None:
    """Watch one war inside a moving fan of 200: run, pause, step a week, change a lever in mid-war; needs the extra `view`."""
    from sim.live.server import serve

    serve(
        file, request.options, arm=arm, host=host, port=port,
        ready=lambda where: print(f"{where} - Ctrl-C ends it", flush=True),
    )  # fmt: skip
