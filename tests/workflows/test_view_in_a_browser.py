"""`sim view` in Chromium: a week is played, a lever changed, and nothing is fetched from elsewhere."""

import subprocess
import sys

import pytest

from tests.report.briefing.browser import chromium


@pytest.fixture
def address():
    pytest.importorskip("solara", reason="the extra `view` is not installed")
    words = [sys.executable, "-m", "sim", "view", "shipped:abstract", "--replicates", "5", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            yield server.stdout.readline().split(" ")[0]
        finally:
            server.terminate()


def test_a_week_and_a_lever(address):
    with chromium() as browser:
        page = browser.new_page()
        asked, missing = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda response: missing.append(response.url) if response.status >= 400 else None)
        page.on("pageerror", lambda error: missing.append(str(error)))
        page.goto(address)
        page.get_by_text("Step a week").click(timeout=30_000)
        page.get_by_text("week 1 of 52").wait_for(timeout=30_000)
        page.get_by_text("Change it").click()
        page.get_by_text("Step a week").click()
        page.get_by_text("week 2 of 52").wait_for(timeout=30_000)
        page.get_by_text("now 1").wait_for(timeout=30_000)  # all of the page is of the latest morning
        page.get_by_text("What each agent saw and decided").click()
        page.get_by_text("decides every").first.click()
        page.get_by_text("it saw").first.wait_for(timeout=30_000)
        assert not missing
        assert address.startswith("http://127.0.0.1:")
        assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
