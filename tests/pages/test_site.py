"""The documentation as a site: every page has its place, every link leads somewhere, nothing is fetched from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
TREE = re.compile(r"```\{toctree\}\n(.*?)```", re.DOTALL)
LOADED = re.compile(
    r"""<(?:script|img|iframe|source)[^>]+\bsrc=["']([^"']+)|<link(?![^>]*rel=["'](?:canonical|next|prev|index|search))[^>]+\bhref=["']([^"']+)"""
)


def test_every_page_has_its_place_in_the_navigation():
    entries = [
        line
        for tree in TREE.findall((DOCS / "index.md").read_text(encoding="utf-8"))
        for line in tree.splitlines()
        if line and not line.startswith(":")
    ]
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")} - {"index"}
    named = {page for page in pages for entry in entries if entry == page or entry == f"{page.rpartition('/')[0]}/*"}
    assert named == pages, "name the new page in docs/index.md"
    assert {entry for entry in entries if not entry.endswith("/*")} <= pages


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("sphinx", reason="the extra `docs` is not installed")
    pytest.importorskip("myst_parser", reason="the extra `docs` is not installed")
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(DOCS), str(out)]
    built = subprocess.run(command, capture_output=True, text=True, cwd=DOCS.parent, check=False)
    assert built.returncode == 0, built.stderr[-4000:]  # a warning is an error: links, references, headings
    return out


def test_links_lead_to_what_was_built(site):
    dead = []
    for page in site.rglob("*.html"):
        for link in re.findall(r'<a[^>]+href="([^"#:]+)(?:#[^"]*)?"', page.read_text(encoding="utf-8")):
            if not (page.parent / link).exists():
                dead.append(f"{page.relative_to(site)}: {link}")
    assert not dead


def test_nothing_is_fetched_from_elsewhere(site):
    found = {
        (page.name, target)
        for page in site.rglob("*.html")
        for pair in LOADED.findall(page.read_text(encoding="utf-8"))
        for target in pair
        if target.startswith(("http:", "https:", "//"))
    }
    assert not found
    styles = "".join(path.read_text(encoding="utf-8", errors="replace") for path in site.rglob("*.css"))
    assert not re.findall(r"url\([\"']?(?:https?:)?//|@import [\"'](?:https?:)?//", styles)


def test_the_reference_has_what_the_docstrings_say(site):
    text = (site / "reference" / "api.html").read_text(encoding="utf-8")
    for name in ("sim.api.Experiment.run", "sim.api.Result.plot", "sim.workflows.run.compare", "sim.rules.combat"):
        assert f'id="{name}"' in text or f"module-{name}" in text
    assert (site / "_downloads").exists()
    assert "half_density" in (site / "reference" / "keys.html").read_text(encoding="utf-8")
