"""The two governments: people, money, stance, and how far to go."""

from __future__ import annotations

import numpy as np

from sim.models.campaign.agents.decider import Decider
from sim.models.campaign.calendar import FOUR_WEEKS, MONTH
from sim.models.campaign.orders import AttackerOrder, DefenderOrder
from sim.models.campaign.views import AttackerView, DefenderView
from sim.rules.manpower import incoming_quality
from sim.rules.politics import signed
from sim.rules.recruiting import mobilised, raised, recruits


class DefenderGovernment(Decider):
    """Rule: mobilise with the shortage as far as politics allows; train and deploy as reformed; hold a salient or leave it."""

    writes = DefenderOrder

    def decide(self, view: DefenderView, day: int) -> DefenderOrder:
        """Return intake, training, the quality of arrivals, the pace of leaving salients, and stance."""
        doctrine, better, reform = view.doctrine, view.reform, view.reform.extent
        expected = mobilised(
            view.expected_intake, view.missing_fill, doctrine.shortage_response, doctrine.intake_ceiling
        )
        drive_runs = day < doctrine.drive_length
        intake = expected + np.where(drive_runs, doctrine.drive, 0.0) + reform * better.added_intake
        new_units = doctrine.new_unit_share + reform * (
            np.minimum(1.0 - better.veteran_share, doctrine.new_unit_share) - doctrine.new_unit_share
        )
        quality = incoming_quality(
            doctrine.new_unit_quality, new_units, view.usual_new_units, 1.0 + reform * (better.skill - 1.0)
        )
        not_worth_holding = view.salient_left < doctrine.quit_share
        return DefenderOrder(
            intake=intake,
            training_length=view.training_length * (1.0 + reform * (better.lengthening - 1.0)),
            arrival_quality=quality,
            leave=np.maximum(view.withdrawal, np.where(not_worth_holding, view.release, 0.0)),
            accepts=doctrine.stance,
        )


class AttackerGovernment(Decider):
    """Rule: pay more while men run short; mobilise when pay no longer helps; buy what is missing; answer permissions."""

    period = FOUR_WEEKS
    writes = AttackerOrder

    def decide(self, view: AttackerView, day: int) -> AttackerOrder:
        """Return intake, bonus, purchases from partners, the tempo of deep strikes and whether to mobilise."""
        doctrine = view.doctrine
        bonus = raised(view.bonus, view.shortage, doctrine.bonus_step, doctrine.bonus_ceiling)
        purchases = np.exp(doctrine.shell_need * np.log(np.maximum(1.0 + view.shell_shortage, 0.1)))
        patience_spent = view.months_short > doctrine.mobilisation_patience
        growth = view.escalation.regardless * (day / MONTH)
        answer = -signed(view.escalation.pressure, -view.escalation.answer)
        return AttackerOrder(
            intake=recruits(view.expected_intake, bonus * view.funded, doctrine.bonus_elasticity, view.pool),
            bonus=bonus,
            purchases=purchases,
            strike_tempo=np.maximum(1.0 + growth + answer * view.permitted, 0.0),
            mobilised=np.where(patience_spent, doctrine.mobilisation_hazard, 0.0),
        )
