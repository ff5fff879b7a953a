"""The reader of scenarios under a coverage-guided fuzzer, atheris, where that is installed; the test extra does not name it.

``python -m tests.trials.guided [FLAGS OF LIBFUZZER] CORPUS`` is the fuzzer itself; a trial runs it for a while.
"""

from __future__ import annotations

import importlib.metadata
import random
import re
import subprocess
import sys
from pathlib import Path

from tests.trials.common import SKIPPED, Series, Trouble

ROOT = Path(__file__).parents[2]
SECONDS = 30
LONGEST = 3000  # bytes of an input


def fuzz(rng: random.Random, folder: Path) -> None:
    """Run the fuzzer from the shipped files, cut into pieces, for half a minute."""
    if not version():
        return
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, path in enumerate(sorted((ROOT / "scenarios").glob("**/*.yaml"))):
        content = path.read_bytes()
        at = 0 if len(content) < LONGEST else content.rfind(b"\n", 0, rng.randrange(LONGEST, len(content))) + 1
        (corpus / f"{number}").write_bytes(content[at : at + LONGEST])
    flags = (f"-max_total_time={SECONDS}", f"-seed={rng.randrange(1, 2**31)}", f"-max_len={LONGEST}", "-handle_alrm=0",
             "-timeout=0", f"-artifact_prefix={folder}/")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.trials.guided", *flags, str(corpus)],
        cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=20 * SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        said = re.findall(r"^.*(?:Trouble|Error|ERROR).*$", done.stdout + done.stderr, re.MULTILINE)
        raise Trouble(f"exit code {done.returncode}: {' / '.join(said[:3]) or done.stderr[-500:]}")
    if "Done " not in done.stderr:
        raise Trouble(f"the fuzzer did not run: {done.stderr[-300:]}")


def version() -> str:
    """Return the version of atheris that is installed, or nothing."""
    try:
        return importlib.metadata.version("atheris")
    except importlib.metadata.PackageNotFoundError:
        return ""


def means() -> str:
    """Return by what the reader was fuzzed."""
    return f"atheris {version()}" if version() else f"{SKIPPED}atheris is not installed"


def main() -> None:
    """Be the fuzzer."""
    import atheris

    with atheris.instrument_imports(include=["sim.scenario", "sim.foundation", "ruamel.yaml"]):
        from sim.scenario.reader import resolve
        from sim.scenario.syntax.nodes import Map
        from sim.scenario.syntax.yaml_text import parse_text
        from tests.trials.inputs import answered

    def one(content: bytes) -> None:
        def reading() -> None:
            found = parse_text(content.decode("utf-8", "surrogatepass"), "fuzzed.yaml")
            if isinstance(found, Map):
                resolve(found, Path("fuzzed.yaml"), None)

        try:
            content.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return
        answered(reading, content, lines=False)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

SERIES = (
    Series(
        "guided",
        "the reader under a coverage-guided fuzzer, half a minute each, from pieces of the shipped scenarios",
        "a value, or a refusal in words for people; no other exception",
        10,
        1,
        fuzz,
        means,
        apart=True,
    ),
)
