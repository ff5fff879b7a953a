"""The server of the view: this machine alone unless another address is asked for."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.foundation.errors import UserError
from sim.foundation.extras import optional
from sim.workflows.options import Options
from sim.workflows.watching import WatchedWar, watch

LOOPBACK = "127.0.0.1"


def serve(
    file: Path, options: Options, *, arm: str | None = None, host: str = LOOPBACK, port: int = 8765,
    ready: Callable[[str], None] = print,
) -> None:  # fmt: skip
    """Serve the view of a scenario until Ctrl-C; every browser that comes has a war of its own.

    Parameters
    ----------
    file : Path
    options : Options
    arm : str, optional
        By default the base.
    host : str
        Address to listen at.
    port : int
        0 for any that is free.
    ready : callable
        Told the address before the server begins.

    Raises
    ------
    UserError
        Before anything is served: for a fault in the scenario, a port that is taken, or if solara is not installed.
    """
    first = watch(file, options, arm)
    application = _application(lambda: WatchedWar(first.scenario, first.arm))
    with _listening(host, port) as found:
        ready(f"http://{host}:{found.getsockname()[1]}/")
        uvicorn = optional("uvicorn")
        uvicorn.Server(uvicorn.Config(application, log_level="error")).run(sockets=[found])


def _application(war: Callable[[], WatchedWar]) -> Any:
    os.environ.setdefault("SOLARA_APP", "sim.live.page:Page")  # read when solara is first imported
    os.environ.setdefault("SOLARA_TELEMETRY_MIXPANEL_ENABLE", "false")
    os.environ.setdefault("SOLARA_THEME_SHOW_BANNER", "false")
    optional("solara")
    starlette = optional("solara.server.starlette")
    from sim.live import page

    page.opened["war"] = war
    return starlette.app


@contextlib.contextmanager
def _listening(host: str, port: int) -> Any:
    """Return a socket that listens."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
        except OSError as error:
            raise UserError(
                [f"--host {host} --port {port}: cannot listen there ({error.strerror or error})"]
            ) from error
        yield found
