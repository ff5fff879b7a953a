"""Figures and page of what the verdict rests on: what is drawn and written is what was found."""

from pathlib import Path

import pytest
from matplotlib.text import Text

from sim.foundation.errors import UserError
from sim.plotting import sensitivity as drawing
from sim.plotting.frame.text import plain_path
from sim.plotting.gallery import draw_all
from sim.plotting.sensitivity import _reached
from sim.report.sensitivity import page, screen, sentence
from sim.workflows.figure import figure
from sim.workflows.options import Options

EVIDENCE = {"unit": "km", "grade": "guess", "source": "OWN", "calibrated": False}


def entry(name, **rest):
    return {"name": name, "called": name} | EVIDENCE | rest


def place(name, z, value, chance, turns=False):
    low, high = max(0.0, chance - 0.05), min(1.0, chance + 0.05)
    return entry(name, distance=z, u=0.9, value=value, written=f"{value} km", chance=[low, chance, high], calmest=5.0,
                 turns=turns, beyond=0.1, settings=[f"{name}={value}"])  # fmt: skip


def package(chance, factor=1.0, delay=None, names=("one", "two")):
    return {"levers": list(names), "factor": factor, "cost": 3.5, "delay": delay,
            "chance": [max(0.0, chance - 0.05), chance, min(1.0, chance + 0.05)]}  # fmt: skip


@pytest.fixture
def found():
    index = entry("movement.reach", value=0.21, error=0.02, first_order=0.1, first_order_error=0.03, above=True)
    inert = entry("fronts.kursk.held", value=0.05, error=None, first_order=None, first_order_error=None, above=False)
    quantity = {"unit": "km2", "spread": [1, 2, 3], "dummies": [0.01, 0.02, 0.03]}
    side = entry("movement.reach", low=0.6, high=None, quasi_p=1e-5, condition="`movement.reach` is above 30 km")
    count = {
        "inside": [0.6, 0.71, 0.8],
        "outside": [0.1, 0.18, 0.25],
        "coverage": 0.55,
        "mass": 0.3,
        "rate": 0.3,
        "wars": 1000,
    }
    worth = entry("movement.reach", share=0.08, share_error=0.01, evppi=0.02, evppi_error=0.01, turns=0.3, low_half=0.1,
                  high_half=0.4, above=True, to_improve="maps")  # fmt: skip
    return {
        "title": "A test", "code_version": "0", "command": "sim sensitivity", "replicates": 2000, "seed": 1, "start": "2024-11-19",
        "horizon_days": 364, "interval": 0.9, "can": 0.5, "halt_within_days": 182.0, "joint_halt": [0.2, 0.25, 0.3],
        "joint_arm": "All", "state": "cannot", "inputs": 600, "leaves": 620, "calibrated": 40, "result": "here", "plots": None,
        "sensitivity": {
            "a": quantity | {"label": "net gain", "line": 0.1, "above": 1, "indices": [index, inert]},
            "b": quantity | {"label": "nothing here", "line": None, "above": 0, "indices": []},
        },
        "discovery": [
            {"target": "x", "subject": "a halt comes", "rate": 0.3, "box": [side], "found": count, "held_out": count,
             "sentence": "A halt comes in 71 %."},
            {"target": "y", "subject": "other", "rate": 0.0, "box": None, "sentence": "Other - no box."},
        ],
        "flip": {
            "wars_a_case": 120,
            "levers": {"smallest": None, "cheapest": package(0.6, 4.0), "latest": None, "best": package(0.62, 8.0),
                       "sets_tried": 111, "tried": [package(0.3)], "priced": ["two"],
                       "doses": [package(0.25), package(0.4, 8.0)],
                       "dates": [package(0.25, 1.0, 0.0), package(0.2, 1.0, 60.0), package(0.4, 8.0, 0.0)]},
            "deadline": {"days": [0.0, 7.0, 14.0], "chance": [[0, 0, 0.01], [0, 0.02, 0.03], [0, 0.03, 0.05]],
                         "first": None, "judged_to": 14.0},
            "assumptions": {
                "now": [0.2, 0.25, 0.3], "up": True, "moved": 2, "nearest": [place("movement.reach", 2.1, 44, 0.6, True)],
                "held": [place("movement.reach", -1.64, 10, 0.1), place("movement.reach", 1.64, 40, 0.45),
                         place("movement.reach", 4.0, 60, 0.8, True), place("law", None, "ratio", 0.3)],
                "leading": [{"name": "movement.reach", "way": 1}],
                "together": [{"distance": 1.0, "chance": [0.3, 0.4, 0.5], "turns": False}],
            },
        },
        "information": {"chance": 0.25, "line": 0.01, "above": 1, "turning": ["movement.reach"], "worths": [worth]},
    }  # fmt: skip


def texts(figure):
    return " ".join(text.get_text() for text in figure.findobj(Text))


def test_every_figure_is_drawn_and_says_where_it_comes_from(found, tmp_path):
    written = draw_all("sensitivity", found, tmp_path / "plots")
    assert {path.stem for path in written} == {"sensitivity", "discovery", "levers", "assumptions", "information"}
    for draw in (drawing.sensitivity, drawing.discovery, drawing.levers, drawing.assumptions, drawing.information):
        assert "Source: “A test”, seed 1, 2000 replicates, start 19 November 2024" in texts(draw(found)).replace(
            "\n", " "
        )


def test_a_part_that_was_not_asked_for_is_not_drawn_and_its_old_figure_goes(found, tmp_path):
    draw_all("sensitivity", found, tmp_path)
    del found["flip"]
    assert {path.stem for path in draw_all("sensitivity", found, tmp_path)} == {
        "sensitivity",
        "discovery",
        "information",
    }
    assert not (tmp_path / "levers.png").exists()


def test_the_box_is_as_wide_as_what_it_keeps(found):
    axes = drawing.discovery(found).axes[0]
    kept = [patch for patch in axes.patches if patch.get_gid() == "kept"]
    assert [(p.get_x(), p.get_x() + p.get_width()) for p in kept] == [(0.6, 1.0)]


def test_figures_stand_where_there_is_nothing_to_show(found):
    found["discovery"] = found["discovery"][1:]
    assert drawing.discovery(found) is None
    found["sensitivity"] = {"b": found["sensitivity"]["b"]}
    assert drawing.sensitivity(found) is None
    found["flip"]["deadline"] = {"days": [], "chance": [], "first": None, "judged_to": -1}
    found["flip"]["assumptions"]["held"] = []
    assert drawing.levers(found) is not None
    assert drawing.assumptions(found) is None


def test_only_what_stands_out_is_drawn_by_plain_names_with_its_sign_and_the_rest_in_words(found):
    found["sensitivity"]["a"]["indices"][0]["direction"] = -1
    figure = drawing.sensitivity(found)
    told = texts(figure).replace("\n", " ")
    assert "Movement: reach (-)" in told
    assert "Kursk" not in told
    assert "1 of 600 stand out, nothing else does" in told
    found["sensitivity"]["a"]["indices"] = found["sensitivity"]["a"]["indices"][1:]
    found["sensitivity"]["a"]["above"] = 0
    assert "none of 600 inputs stands out" in texts(drawing.sensitivity(found)).replace("\n", " ")


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("movement.reach", "Movement: reach"),
        ("sides.north.drone_cover", "North: drone cover"),
        ("allies.uk.capacity", "UK: capacity"),
        ("fronts.the_pass.belts.0.thickness (3 leaves)", "The pass: belts 1, thickness (3 leaves)"),
        ("law", "Law"),
    ],
)
def test_a_key_in_plain_words(path, plain):
    assert plain_path(path) == plain


def test_the_page_tells_what_was_found(found, tmp_path):
    draw_all("sensitivity", found, tmp_path / "plots")
    text = page(found, tmp_path / "docs" / "sensitivity.md", tmp_path / "plots")
    assert "](../plots/levers.png)" in text
    for words in ("none within the range tried", "4 times the dose", "44 km", "+2.1", "| movement.reach | 0.210 ± 0.020 |",
                  "A halt comes in 71 %.", "8.0 % ± 1.0 %", "maps", "--set movement.reach=44"):  # fmt: skip
        assert words in text, words
    assert "None" not in text
    assert "nan" not in text


def test_the_terminal_tells_the_same_and_one_sentence_says_it_all(found, capsys):
    screen(found).show()
    told = capsys.readouterr().out
    assert "None" not in told
    assert "movement.reach" in told
    assert sentence(found).startswith("All: a halt in 25 % (20 to 30) of replicates, below the 50 %")
    assert "nearest to turning it is movement.reach at 44 km (+2.1 sd" in sentence(found)
    found["flip"]["assumptions"]["nearest"] = []
    assert "no single assumption tried turns it" in sentence(found)
    assert any("No single assumption turns the verdict" in line for line in screen(found).details)


def test_a_halt_that_never_comes_is_told(found):
    found["information"] = None
    assert "The value of information is unknown" in page(found, Path("docs/x.md"), None)


def test_a_title_says_that_a_chance_is_reached_only_where_its_whole_interval_is() -> None:
    assert _reached([[0.1, 0.2, 0.3], [0.5, 0.6, 0.7]], 0.5, "input").startswith(
        "With at least one input a halt clearly"
    )
    assert _reached([[0.1, 0.2, 0.3], [0.4, 0.6, 0.7]], 0.5, "input").startswith("Whether any input")
    assert _reached([[0.1, 0.2, 0.3], [None, None, None]], 0.5, "input").startswith("With no input")


def test_figures_of_a_stored_study_of_sensitivity_name_those_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text('{"command": "sim sensitivity", "joint_halt": null, "inputs": []}')
    with pytest.raises(UserError, match="did you mean 'levers'"):
        figure(tmp_path, "levvers", Options())
    with pytest.raises(UserError, match="without that part"):
        figure(tmp_path, "levers", Options(), size="card")
