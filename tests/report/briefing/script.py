"""The page's script called by node: its pure functions on values from here."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import sim.report.briefing

SCRIPT = Path(sim.report.briefing.__file__).parent / "templates" / "briefing.js"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(NODE is None, reason="no node here to run the page's script")


def run(body, given):
    """Return what `body`, the inside of a function of `it` (the script) and `given`, returns."""
    program = f"""
        const it = require({json.dumps(str(SCRIPT))});
        const zlib = require("zlib");
        const inflate = (text) => new Uint8Array(zlib.inflateSync(Buffer.from(text, "base64")));
        const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const found = ((it, given) => {{ {body} }})(it, given);
        process.stdout.write(JSON.stringify(found, (key, x) => (Number.isNaN(x) ? null : x)));
    """
    done = subprocess.run([NODE, "-e", program], input=json.dumps(given), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
