"""The two governments: people, money, stance, and how far to go."""

from __future__ import annotations

import numpy as np

from sim.foundation.tree import Tree
from sim.rules.manpower import incoming_quality
from sim.rules.politics import signed
from sim.rules.recruiting import mobilised, raised, recruits
from sim.world import levers
from sim.world.agents.decider import Decider
from sim.world.orders import RussiaOrder, UkraineOrder
from sim.world.theatre import RUSSIA, UKRAINE
from sim.world.views import RussiaView, UkraineView


class UkrainianGovernment(Decider):
    """Rule: mobilise with the shortage as far as politics allows; train and deploy as reformed; hold Kursk or leave it."""

    def decide(self, view: UkraineView, day: int) -> UkraineOrder:
        """Return intake, training, the quality of arrivals, the pace of leaving the salient, and stance."""
        p: Tree = self.model.p
        own: Tree = self.model.side_p[UKRAINE]
        reform = levers.reform(p.levers.training_deployment, day)
        better = p.levers.training_deployment
        expected = mobilised(
            own.intake.at(day), view.missing_fill, p.ukraine.shortage_response, p.ukraine.intake_ceiling
        )
        drive_runs = day < p.ukraine.drive_length
        intake = expected + np.where(drive_runs, p.ukraine.drive, 0.0) + reform * better.added_intake
        new_units = p.ukraine.new_unit_share + reform * (
            np.minimum(1.0 - better.veteran_share, p.ukraine.new_unit_share) - p.ukraine.new_unit_share
        )
        quality = incoming_quality(
            p.ukraine.new_unit_quality, new_units, p.ukraine.new_unit_share, 1.0 + reform * (better.skill - 1.0)
        )
        return UkraineOrder(
            intake=intake,
            training_length=own.training_length * (1.0 + reform * (better.lengthening - 1.0)),
            arrival_quality=quality,
            leave=self._leave(view, p, day),
            accepts=p.ukraine.stance,
        )

    def _leave(self, view: UkraineView, p: Tree, day: int) -> np.ndarray:
        """Return the share of the salient's force that leaves a day: on order, or because too little is left to hold."""
        not_worth_holding = view.salient_left < p.ukraine.quit_share
        ordered = levers.leaving(p.levers.kursk_exit, day)
        return np.maximum(ordered, np.where(not_worth_holding, p.command.kursk_release, 0.0))


class RussianGovernment(Decider):
    """Rule: pay more while men run short; mobilise when pay no longer helps; buy what is missing; answer permissions."""

    period = 28

    def decide(self, view: RussiaView, day: int) -> RussiaOrder:
        """Return intake, bonus, purchases from partners, the tempo of deep strikes and whether to mobilise."""
        p: Tree = self.model.p
        bonus = raised(view.bonus, view.shortage, p.russia.bonus_step, p.russia.bonus_ceiling)
        expected = self.model.side_p[RUSSIA].intake.at(day)
        purchases = np.exp(p.russia.shell_need * np.log(np.maximum(1.0 + view.shell_shortage, 0.1)))
        patience_spent = view.months_short > p.russia.mobilisation_patience
        growth = p.escalation.regardless * (day / levers.MONTH)
        answer = -signed(p.escalation.pressure, -p.escalation.answer)
        return RussiaOrder(
            intake=recruits(expected, bonus, p.russia.bonus_elasticity, view.pool),
            bonus=bonus,
            purchases=purchases,
            strike_tempo=np.maximum(1.0 + growth + answer * view.permitted, 0.0),
            mobilised=np.where(patience_spent, p.russia.mobilisation_hazard, 0.0),
        )
