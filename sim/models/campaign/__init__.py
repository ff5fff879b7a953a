"""The agent-based model of a campaign: agents decide by what they see, phases carry their orders out day by day."""

from __future__ import annotations

from sim.models.campaign.play import play

__all__ = ["play"]
