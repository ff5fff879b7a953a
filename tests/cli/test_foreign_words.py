"""What comes from outside the program's own words: arguments in any alphabet, markup, a broken environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from sim.cli.ending import DrawingFailed
from sim.foundation.errors import UserError
from sim.report import scenarios
from sim.report.screen import Screen, Table
from sim.workflows.inspection import DEFINITION, evidence
from sim.workflows.options import Options

ROOT = Path(__file__).resolve().parents[2]
ASCII = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def shell(*words: str, cwd: Path = ROOT, **environment: str) -> tuple[int, str]:
    """Return exit code and everything printed, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "sim", *words],
        cwd=cwd,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "backslashreplace")


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "nö.yaml"),
        ("observe", "ä.csv"),
        ("run", "--ß"),
        ("validate", "k" * 300),
        ("evidence", "ü" * 300),
        ("compare", "k" * 300),
        ("results", "k" * 300),
        ("run", "scenarios/claim.yaml", "--out", "k" * 300),
    ],
)
def test_what_is_wrong_is_one_line_without_utf8(words):
    code, said = shell(*words, **ASCII)
    assert code == 2
    assert "Traceback" not in said
    assert "a fault of the program" not in said


def test_a_file_of_any_alphabet_is_read_without_utf8(tmp_path):
    (tmp_path / "kläglich.yaml").write_text("format: 2\nextends: shipped:claim\n", encoding="utf-8")
    code, said = shell("validate", "kläglich.yaml", cwd=tmp_path, **ASCII)
    assert code == 0, said
    assert "valid" in said
    code, said = shell("evidence", "kläglich.yaml", "--out", "ö.md", cwd=tmp_path, **ASCII)
    assert code == 0, said
    assert len((tmp_path / "ö.md").read_text(encoding="utf-8")) > 10_000


@pytest.mark.parametrize("words", [("levers.us_arms.dose", "=", "1"), ("levers.us_arms.dose=", "1"), ("a.b", "=1")])
def test_blanks_around_the_sign_of_a_setting_are_named(words):
    code, said = shell("validate", "scenarios/claim.yaml", "--set", *words)
    assert code == 2
    assert "no blanks around '='" in said


def test_a_backend_that_matplotlib_does_not_know_is_named():
    program = "import sim.plotting"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "MPLBACKEND": "nosuch"},
    )
    assert "UserError: MPLBACKEND=nosuch: matplotlib cannot be used with it" in done.stderr


def test_a_library_that_cannot_be_used_ends_with_one_and_its_error(tmp_path):
    (tmp_path / "pint.py").write_text("raise TypeError('made for another flexparser')\n")
    (tmp_path / "short.yaml").write_text("title: t\nextends: shipped:claim\nrun: {horizon: 2 fortnight}\n")
    code, said = shell("validate", str(tmp_path / "short.yaml"), PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert code == 1
    assert said.strip() == "sim: pint cannot be used (TypeError: made for another flexparser)"


MARKUP = "[/nothing] [bold]loud[/bold] :smile: <b>x</b>"


def test_markup_in_a_title_or_an_arm_is_text(capsys):
    Screen(MARKUP, [Table(("arm", "share"), [("[/x]", 60 * "1")], MARKUP)]).show()
    shown = capsys.readouterr().out
    assert " ".join(shown.split()).count(MARKUP) == 2
    assert "[/x]" in shown


def test_progress_shows_the_name_of_a_file_as_it_is(monkeypatch):
    import io

    from sim.foundation import progress

    written = io.StringIO()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.console.Console", lambda **options: Console(file=written, force_terminal=True, **options))
    with progress.progress_bar("playing [/nothing]") as bar:
        assert bar is not None
        bar(0.5)
        bar("[/y]")


def test_html_in_a_source_is_text_on_the_page_of_evidence(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(
        "format: 2\nextends: shipped:claim\nworld:\n  combat:\n    own_exponent: "
        '"0.4 (0.2 .. 0.6); <script>alert(1)</script> | and [x](javascript:y); guess; 2024-11"\n'
    )
    found = evidence(path, Options())
    text = scenarios.evidence(path.name, found.numbers, DEFINITION, found.posterior)
    assert "<script>" not in text
    assert r"\<script\>alert(1)\</script\> \| and \[x\](javascript:y)" in text


def test_a_user_error_while_drawing_is_not_a_fault_of_the_program():
    failed = DrawingFailed(UserError(["MPLBACKEND=nosuch: no such backend"]))
    assert str(failed) == "the result is safe, but drawing failed: MPLBACKEND=nosuch: no such backend"


def test_shipped_files_are_found_in_an_installed_package(tmp_path):
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=ignore)
    shutil.copytree(ROOT / "scenarios", tmp_path / "sim" / "shipped" / "scenarios", ignore=ignore)
    (tmp_path / "mine.yaml").write_text("format: 2\ntitle: mine\nextends: shipped:claim\n")
    code, said = shell("validate", "mine.yaml", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert code == 0, said
    assert said.startswith("mine.yaml: valid")
