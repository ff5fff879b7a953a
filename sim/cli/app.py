"""The commands and their options. Nothing heavy is imported here; see the rooms that each command opens."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim import __version__
from sim.cli.asked import Asked

app = typer.Typer(
    name="sim",
    help="Play a scenario as an ensemble of wars and compare its arms.",
    epilog="Begin with: sim claim --replicates 50",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: quick, and the same in a pipe
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Replicates = Annotated[int | None, typer.Option(min=1, metavar="N", help="Wars an arm.", show_default="the scenario's")]
Seed = Annotated[int | None, typer.Option(min=0, metavar="N", help="Seed of the luck.", show_default="the scenario's")]
Horizon = Annotated[
    str | None,
    typer.Option(metavar="TIME", help='Length of each war, as "26 week".', show_default="the scenario's"),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change the base world; may be given often."),
]
Out = Annotated[Path | None, typer.Option(help="Folder for the result.", show_default="one under results/")]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Worker processes.", show_default="usable cores")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the closing sentence only.")]
Resume = Annotated[bool, typer.Option("--resume", help="Continue a stopped run; an error if there is none.")]
NoPlots = Annotated[bool, typer.Option("--no-plots", help="Draw nothing.")]
PlotsTo = Annotated[Path | None, typer.Option(help="Folder for figures.", show_default="plots/ in the result")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"in-concert {__version__}")
        raise typer.Exit


@app.callback()
def _front(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a label's accent must not end a run on an old terminal


@app.command(short_help="Check scenario files.", epilog="Example: sim validate scenarios/claim.yaml")
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files.")],
    changes: Set = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check scenario files; report every fault of every file with its place."""
    from sim.cli.look import validate as do

    do(files, Asked(changes=changes or [], as_json=as_json, quiet=quiet))


@app.command(
    short_help="Play every arm of a scenario.",
    epilog='Example: sim run scenarios/claim.yaml --replicates 50 --horizon "26 week"',
)
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.")],
    replicates: Replicates = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    resume: Resume = False,
    no_plots: NoPlots = False,
    plots_to: PlotsTo = None,
) -> None:
    """Play every arm of a scenario; end with a table, plots and one sentence."""
    from sim.cli.work import one

    one(file, Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet, resume,
                    not no_plots, plots_to))  # fmt: skip


@app.command(
    short_help="Compare scenarios and stored results.",
    epilog="Example: sim compare scenarios/claim.yaml results/an-earlier-result",
)
def compare(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="FILE-OR-RESULT...", help="Scenario files or result folders.")
    ],
    replicates: Replicates = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the figures.", show_default="one under results/")] = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
) -> None:
    """Compare scenarios (played first) and stored results in one table and one set of figures."""
    from sim.cli.work import several

    several(inputs, Asked(replicates, seed, horizon, changes or [], None, jobs, as_json, quiet, False,
                          not no_plots, out))  # fmt: skip


@app.command(short_help="Play the article's experiment.", epilog="Example: sim claim --replicates 50 --json")
def claim(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/claim.yaml.")] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    resume: Resume = False,
    no_plots: NoPlots = False,
    plots_to: PlotsTo = None,
) -> None:
    """Play the article's experiment: each lever alone, all five apart, all five in concert (claims C22 to C29)."""
    from sim.cli.work import claim_file, one

    one(file or claim_file(), Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet, resume,
                                    not no_plots, plots_to), [f"C{n}" for n in range(22, 30)])  # fmt: skip


@app.command(
    short_help="Test the article sentence by sentence.",
    epilog="Example: sim claims C07 C27 --replicates 50",
)
def claims(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Claims, as C07, or claim files; by default all.")
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    changes: Set = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for results and figures.", show_default="results/claims")
    ] = None,
    jobs: Jobs = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the answers as a JSON list, and nothing else.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the count of verdicts only.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Check the files; play nothing.")] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write the answers as a page.", show_default="none")
    ] = None,
    no_plots: NoPlots = False,
    plots_to: Annotated[
        Path | None, typer.Option(help="Folder for figures.", show_default="plots/ beside the results")
    ] = None,
) -> None:
    """Test the claims of the article: verdict, estimate with interval, what would have happened anyway."""
    from sim.cli.claims import claims as do

    do(names or [], write, check, Asked(replicates, seed, None, changes or [], out, jobs, as_json, quiet,
                                        False, not no_plots, plots_to))  # fmt: skip


@app.command(
    short_help="Play every set of levers; who adds what?",
    epilog="Example: sim factorial --replicates 50 --json, or sim factorial --until-precision p_halt=0.02",
)
def factorial(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/factorial.yaml.")] = None,
    until_precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[OUTCOME=]X",
            help="Play until the half-width of joint minus sum of parts is X, as 20 (km2 kept) or p_halt=0.02; "
            "may be given often. --replicates is then the most.",
        ),
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    resume: Resume = False,
    no_plots: NoPlots = False,
    plots_to: PlotsTo = None,
) -> None:
    """Play a full factorial: main effects, Shapley values, interactions, and the whole against the sum of its parts."""
    from sim.cli.factorial import factorial as do

    do(file, until_precision or [], Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet,
                                          resume, not no_plots, plots_to))  # fmt: skip


@app.command(short_help="Play one thing by degrees.", epilog="Example: sim dose --replicates 50 --json")
def dose(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/coordination.yaml.")
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    resume: Resume = False,
    no_plots: NoPlots = False,
    plots_to: PlotsTo = None,
) -> None:
    """Play arms by degrees on top of one arm: how much of each does how much."""
    from sim.cli.factorial import dose as do

    do(file, Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet, resume, not no_plots,
                   plots_to))  # fmt: skip


@app.command(
    short_help="How firm is the verdict?",
    epilog="Example: sim firm --replicates 50 --only combat_square --only voice_moscow",
)
def firm(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/claim.yaml.")] = None,
    variants: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Variants and thresholds.", show_default="shipped")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="VARIANT", help="Only this one; may be given often.")
    ] = None,
    replicates: Annotated[int, typer.Option(min=1, metavar="N", help="Wars an arm and variant.")] = 200,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
    write: Annotated[bool, typer.Option("--write", help="Write docs/firmness.md and plots/firm here as well.")] = False,
) -> None:
    """Ask the claim's question under other structures, figures and thresholds; show what turns the verdict, and where."""
    from sim.cli.firm import firm as do

    do(file, variants, only or [], write, Asked(replicates, seed, horizon, changes or [], out, jobs, as_json, quiet,
                                                plots=not no_plots))  # fmt: skip


@app.command(
    short_help="Tell one war month by month.",
    epilog="Example: sim replay scenarios/claim.yaml --arm all_with_coordination --replicate 7",
)
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.")],
    arm: Annotated[str | None, typer.Option(help="Which arm.", show_default="the base")] = None,
    replicate: Annotated[int, typer.Option(min=0, help="Which of its wars, from 0.")] = 0,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Annotated[Path | None, typer.Option(help="File for the diary.", show_default="print it")] = None,
    as_json: Json = False,
) -> None:
    """Tell one war month by month: what each actor saw, decided, sent and lost."""
    from sim.cli.look import replay as do

    do(file, arm, replicate, out, Asked(seed=seed, horizon=horizon, changes=changes or [], as_json=as_json))


@app.command(
    short_help="Check a table of observations.",
    epilog="Example: sim observe scenarios/history/front_weekly.csv",
)
def observe(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table of observations.")],
    scenario: Annotated[
        Path | None, typer.Option(help="Compare the axes with this scenario's fronts.", show_default="none")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check a table of observations (weekly front, monthly losses, other dated tables); say what it holds."""
    from sim.cli.observe import observe as do

    do(file, scenario, Asked(as_json=as_json, quiet=quiet))


@app.command(
    short_help="Score a scenario against observations.",
    epilog="Example: sim score observed.csv --scenario scenarios/claim.yaml --origin 2024-11-19 --json",
)
def score(
    files: Annotated[
        list[Path], typer.Argument(metavar="OBSERVED.csv...", help="Weekly front: total, by axis, or both.")
    ],
    scenario: Annotated[Path, typer.Option(metavar="FILE", help="The scenario; its base arm is played.")],
    origin: Annotated[str, typer.Option(metavar="DATE", help="Day of the forecast; the scenario starts there.")],
    history: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Weeks before the origin, for naive forecasts.", show_default="shipped"),
    ] = None,
    map_noise: Annotated[
        float | None,
        typer.Option(min=0, metavar="KM2", help="Noise of a week's map; 0: none.", show_default="as observed"),
    ] = None,
    replicates: Replicates = None,
    seed: Seed = None,
    changes: Set = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the result.", show_default="not kept")] = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    plots_to: Annotated[Path | None, typer.Option(help="Folder for figures.", show_default="none")] = None,
) -> None:
    """Play a scenario's base arm from the origin and score it against what was observed, beside naive forecasts."""
    from sim.cli.score import score as do

    do(files, scenario, origin, history, map_noise, Asked(replicates, seed, None, changes or [], out, jobs,
                                                          as_json, quiet, plots_to=plots_to))  # fmt: skip


@app.command(
    short_help="Find which numbers matter for the past.",
    epilog="Example: sim screen scenarios/history/calibration.yaml --replicates 4 --out scenarios/history/screening.csv",
)
def screen(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A calibration file.")],
    replicates: Annotated[int, typer.Option(min=1, metavar="N", help="Paths, each with luck of its own.")] = 4,
    cut: Annotated[float, typer.Option(min=0, metavar="ERRORS", help="Effect from which a leaf matters.")] = 0.25,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Where the ranking goes.", show_default="none")
    ] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Rank every doubtful number by how far it moves what the calibration is held against; compare with the file's list."""
    from sim.cli.screen import screen as do

    do(file, out, replicates, cut, seed, jobs, as_json, quiet)


@app.command(
    short_help="Calibrate on the past.",
    epilog="Example: sim calibrate scenarios/history/calibration.yaml --out scenarios/history/posterior.csv",
)
def calibrate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A calibration file.")],
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where the posterior goes.")] = Path(
        "results/posterior.csv"
    ),
    members: Annotated[
        int | None, typer.Option(min=50, metavar="N", help="Members of the ensemble.", show_default="the file's")
    ] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
    diagnostics: Annotated[
        bool, typer.Option("--diagnostics", help="Add ArviZ's check and summary (extra: calibration).")
    ] = False,
) -> None:
    """Find the posterior of the parameters that matter from everything observed; write it as a small table."""
    from sim.cli.past import calibrate as do

    do(file, out, members, seed, jobs, quiet, not no_plots, diagnostics, as_json)


@app.command(
    short_help="Forecast the past from rolling origins.",
    epilog="Example: sim hindcast scenarios/history/calibration.yaml --members 300",
)
def hindcast(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A calibration file.")],
    out: Annotated[Path, typer.Option(help="Folder for scores, ensembles and figures.")] = Path("results/hindcast"),
    members: Annotated[
        int | None, typer.Option(min=50, metavar="N", help="Members of the ensemble.", show_default="the file's")
    ] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
) -> None:
    """Forecast from every origin, calibrated only on what came before it, and score against naive forecasts."""
    from sim.cli.past import hindcast as do

    do(file, out, members, seed, jobs, as_json, quiet, not no_plots)


@app.command(
    short_help="Check the war's arithmetic.",
    epilog="Example: sim check scenarios/history/arithmetic.csv --replicates 200 --json",
)
def check(
    file: Annotated[Path, typer.Argument(metavar="TABLE.csv", help="A table of checks.")],
    replicates: Replicates = None,
    seed: Seed = None,
    changes: Set = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check that recruits, losses and forces, shells and aid close, and that they fit what is known of them."""
    from sim.cli.check import check as do

    do(file, Asked(replicates, seed, None, changes or [], None, jobs, as_json, quiet))


@app.command(
    short_help="List every number with its evidence.",
    epilog="Example: sim evidence scenarios/claim.yaml --out docs/evidence.md",
)
def evidence(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.")],
    out: Annotated[Path | None, typer.Option(help="File for the table.", show_default="print it")] = None,
) -> None:
    """List every number of a scenario: value, range, unit, source, date, grade, and the posterior where there is one."""
    from sim.cli.evidence import evidence as do

    do(file, out)


@app.command(
    short_help="Tell what the verdict rests on.",
    epilog="Example: sim rests --quick --parts sensitivity,information",
)
def rests(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="By default scenarios/claim.yaml.")] = None,
    parts: Annotated[
        str, typer.Option(metavar="LIST", help="sensitivity, discovery, flip, information; or all.")
    ] = "all",
    quick: Annotated[bool, typer.Option("--quick", help="Few wars: a look, not a result.")] = False,
    bench: Annotated[
        int | None, typer.Option(min=10, metavar="N", help="Wars for each question of flip.", show_default="120")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write the page as Markdown.", show_default="none")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(min=50, metavar="N", help="Wars an arm.", show_default="2000")
    ] = None,
    seed: Seed = None,
    horizon: Horizon = None,
    changes: Set = None,
    out: Out = None,
    jobs: Jobs = None,
    as_json: Json = False,
    quiet: Quiet = False,
    no_plots: NoPlots = False,
    plots_to: PlotsTo = None,
) -> None:
    """Tell what the verdict rests on: which numbers matter, where it holds, what would turn it, what to find out."""
    from sim.cli.rests import rests as do
    from sim.cli.work import claim_file

    do(file or claim_file(), parts, bench, quick, write, Asked(replicates, seed, horizon, changes or [], out, jobs,
                                                              as_json, quiet, False, not no_plots, plots_to))  # fmt: skip
