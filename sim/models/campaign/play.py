"""Play: from drawn parameters to the weekly record of an ensemble of wars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence

from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.record import Record
from sim.foundation.tree import Tree
from sim.models.campaign.calendar import WEEK
from sim.models.campaign.war import Plays, War


def play(
    parameters: Tree,
    lanes: Lanes,
    noise: Noise,
    *,
    start: dt.date,
    days: int,
    progress: Callable[[int], None] | None = None,
    base: Tree | None = None,
    later: Sequence[tuple[int, Tree]] = (),
    traced: bool = False,
    keep: Collection[str] | None = None,
) -> Record:
    """Play `days` days in every lane and return the weekly record.

    Parameters
    ----------
    parameters : Tree
        Drawn parameters for these lanes (`sim.scenario.priors.draw`).
    lanes : Lanes
    noise : Noise
        Keyed noise for the same lanes.
    start : datetime.date
        First day.
    days : int
        Horizon, days.
    progress : callable, optional
        Called with the number of days played, once a week.
    base : Tree, optional
        Parameters of the base arm for the same replicates, in whose world the first day is read; these lanes' own if none.
    later : sequence of (int, Tree)
        Parameters that come into force on a later morning, by day since the start; the war goes on from where it stands.
    traced : bool
        Whether compiled programs play (`sim.models.campaign.engine`), and not numpy.
    keep : collection of str, optional
        Names of the variables that the record must have; all if not given.
    """
    reached = 0

    def weekly(played: int) -> None:
        nonlocal reached
        if progress is not None and played % WEEK == 0:
            reached = max(reached, played)
            progress(reached)

    def play_once(kept: Collection[str] | None) -> Record | None:
        war = War(parameters, lanes, noise, start, base=base, later=later, engine=_engine(traced))
        record = recorded(war, days, weekly, kept)
        implausible = war.recorder.implausible
        war.end()
        return None if implausible else record

    # rarely what is not kept may make no sense: then all is recorded, so that it can be said what, and where
    found = play_once(keep) or play_once(None)
    assert found is not None, "a record that keeps all is always returned"
    return found


def recorded(
    war: War, days: int, after_day: Callable[[int], None] | None = None, keep: Collection[str] | None = None
) -> Record:
    """Play a war for `days` days from today and return its weekly record.

    Parameters
    ----------
    war : War
    days : int
    after_day : callable, optional
        Called with the number of days played: each day, or up to the next decisions where days are traced.
    keep : collection of str, optional
        Names of the variables that the record must have; all if not given. As soon as another one may make no sense
        (`war.recorder.implausible`) the record is of no use, and nothing more is played.
    """
    war.keep_record(days, keep)
    played = 0
    while played < days and not war.recorder.implausible:
        played += war.advance(days - played)
        if after_day is not None:
            after_day(played)
    return war.recorder.record()


def _engine(traced: bool) -> Callable[[War], Plays] | None:
    if not traced:
        return None
    from sim.models.campaign.engine import Engine

    return Engine
