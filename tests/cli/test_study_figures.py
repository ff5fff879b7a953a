"""`sim figure` of studies: cards drawn of what each leaves - a folder or its JSON - and messages where that is not enough."""

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.analysis.serialise import plain
from sim.analysis.verdicts.robustness import robustness
from sim.calibration import hindcast as hindcasting
from sim.calibration.calibrate import FACTOR, Calibration, known_by
from sim.scenario.priors.posterior import posterior
from sim.workflows import past
from sim.workflows.files import write_account
from tests.plotting import synthetic

ROOT = Path(__file__).parents[2]
KEPT, SHIPPED, PAST = ROOT / "docs/results", ROOT / "scenarios/studies", ROOT / "scenarios/history/calibration.yaml"
FIGURES = [
    (KEPT / "donors.json", "donors_parts", "Ground kept"),
    (KEPT / "donors.json", "donors_cells", "Price of anarchy"),
    (KEPT / "agents.json", "frozen_agents", "Value delivered by donors"),
    (KEPT / "claims.json", "claims", "C34 "),
    (KEPT / "rank-test.json", "rank_test", "How wide the posterior is"),
    (KEPT / "robustness.json", "robustness", "Variants: structures"),
    (SHIPPED / "robustness.json", "rate_needed", "km² per day"),
    (SHIPPED / "sensitivity.json", "sensitivity", "PAWN index"),
    (KEPT / "sensitivity.json", "information", "Source: sensitivity.json, 2000 replicates"),
]
LUCK = np.random.default_rng(11)


@pytest.fixture
def card(call):
    """Draw a figure as a card, as PNG and SVG; return the text of the SVG. The PNG is 1200 pixels wide."""

    def draw(place, name):
        code, out, err = call(
            "figure", place, name, *["--size", "card", "--format", "png", "--format", "svg", "--out", "drawn", "--json"]
        )
        assert (code, err) == (0, "")
        png, svg = map(Path, json.loads(out)["files"])
        assert (png.name, svg.name) == (f"{name}-card.png", f"{name}-card.svg")
        assert int.from_bytes(png.read_bytes()[16:20], "big") == 1200
        return svg.read_text(encoding="utf-8")

    return draw


@pytest.mark.parametrize(("file", "name", "told"), FIGURES)
def test_a_kept_account_is_enough(card, file, name, told):
    assert told in card(file, name)


def test_a_card_leaves_out_what_has_no_room_and_says_so(card, tmp_path):
    grids = {"halt_rate": tuple(np.arange(1.0, 20.0)), "halt_days": (28.0, 60.0), "can": (0.2, 0.5)}
    names = [(f"v{n}", "as shipped" if n == 0 else "law of combat", f"Variant {n}") for n in range(20)]
    data = synthetic.synthetic(replicates=10)
    found = robustness({name: data for name, _, _ in names}, names, grids, [("halt_rate", "can")])
    write_account(tmp_path / "r", plain(found), "sim robustness", "")
    assert "Not drawn for want of room: Thresholds" in card("r", "robustness").replace("\n", " ")
    assert "Verdict on a halt" in card("r", "verdict_maps")


@pytest.fixture
def replayed(call, monkeypatch):
    """Folders of a hindcast and a calibration, made with a stand-in for the model."""

    def played(study, draws, origin, expected, members, jobs, pieces):
        weeks = min(52, (study.setting.until - origin).days // 7)
        gain = LUCK.normal(8.0 if expected else 9.0, 10.0, (6, weeks, int(study.inside.sum())))
        return gain, LUCK.normal(8000.0, 900.0, (6, weeks))

    def calibrated(study, until, *_):
        names = (*study.setting.parameters, FACTOR)
        origins, observed, error = known_by(study, until)
        prior = LUCK.uniform(0.01, 0.99, (12, len(names)))
        ensemble = observed + error * LUCK.standard_normal((12, len(observed)))
        draws = posterior(names, 0.5 * prior + 0.3)
        return Calibration(draws, prior, [2.0, 1.1], observed, ensemble.mean(axis=0), error, origins, ensemble)

    monkeypatch.setattr(hindcasting, "_play", played)
    monkeypatch.setattr(hindcasting, "calibrate", lambda *_: SimpleNamespace(draws=None))
    monkeypatch.setattr(past.calibration, "calibrate", calibrated)
    for words in (("hindcast", PAST, "--out", "h"), ("calibrate", PAST, "--out", "c/posterior.csv")):
        code, _, err = call(*words, "--members", "50", "--no-plots", "--jobs", "1")
        assert code == 0, err


def test_hindcasts_and_calibrations_are_drawn_of_their_ensembles(card, call, replayed):
    assert "For want of room 9 of 24 panels are drawn." in card("h", "hindcast_total").replace("\n", " ")
    assert "did not come" in card("h", "hindcast_halts")
    assert "lie beyond two errors" in card("c/posterior.csv", "calibration_residuals")
    assert "The misfit goes from 2.00 to 1.10" in card("c/posterior.json", "calibration_misfit").replace("\n", " ")
    Path("c/posterior-ensemble.npz").write_bytes(b"PK no archive")
    Path("h/hindcast.npz").unlink()
    for place, name, told in (
        ("c/posterior.csv", "calibration_pit", "posterior-ensemble.npz: is damaged"),
        ("h", "hindcast_skill", "hindcast.npz: is not there, and figures cannot be drawn without it - `sim hindcast`"),
    ):
        code, _, err = call("figure", place, name)
        assert code == 2
        assert told in err


def test_a_hindcast_of_another_past_is_not_drawn(call, replayed):
    account = json.loads(Path("h/hindcast.json").read_text(encoding="utf-8"))
    assert dt.date.fromisoformat(account["run"]["until"])
    account["run"]["study_sha256"] = "0" * 64
    Path("h/hindcast.json").write_text(json.dumps(account), encoding="utf-8")
    code, _, err = call("figure", "h", "hindcast_total")
    assert code == 2
    assert "has changed since this was made" in err
    assert f"`sim hindcast {PAST}` makes it anew" in err


def test_a_hindcast_of_an_earlier_version_does_not_say_its_calibration(call, tmp_path):
    account = json.loads((KEPT / "hindcast.json").read_text())
    del account["run"]["study_sha256"]
    older = tmp_path / "hindcast.json"
    older.write_text(json.dumps(account))
    code, _, err = call("figure", older, "hindcast_skill")
    assert code == 2
    assert "does not say from which calibration file it was made" in err


@pytest.mark.parametrize(
    ("file", "name", "told"),
    [
        (KEPT / "donors.json", "donors_part", "there are donors_parts, donors_cells - did you mean 'donors_parts'?"),
        (KEPT / "donors.json", "rate_needed", "is of `sim donors`, figures: donors_parts, donors_cells"),
        (KEPT / "donors.json", "net_km2", "is drawn of a stored result - give the folder of one"),
        (KEPT / "controls.json", "claims", "is of `sim controls`, no figures of its own"),
        (KEPT / "factorial.json", "factorial_pairs", "is drawn of a stored result - give the folder of one"),
        (KEPT / "robustness.json", "verdict_maps", "was played or kept without that part"),
        (KEPT / "robustness.json", "score_skill", "is drawn by `sim score` alone, which does not store what it shows"),
        (KEPT / "hindcast.json", "hindcast_skill", "scenarios/history/calibration.yaml: there is no such file"),
        (KEPT / "sensitivity.json", "levers", "lacks what the figure 'levers' shows, or was shortened: KeyError"),
        (KEPT / "numbers.json", "net_km2", "is no account of a study"),
        (ROOT / "README.md", "net_km2", "is no JSON"),
    ],
)
def test_what_a_file_is_not_enough_for_is_said(call, file, name, told):
    code, _, err = call("figure", file, name)
    assert code == 2
    assert told in err
    assert "Traceback" not in err
