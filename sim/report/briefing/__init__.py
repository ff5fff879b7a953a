"""The briefing: one result as one HTML file that a reader can print, trust and move.

`page.render` fills the templates; `sections` says what stands where, `figures` where lines and dots go, `series` packs the
weekly record for the page's script. The script judges it as `sim.analysis.outcomes.judging` does, and tests compare them.
"""

from sim.report.briefing.material import Assumption, Beside, Material, Moved, Provenance, Study
from sim.report.briefing.page import render

__all__ = ["Assumption", "Beside", "Material", "Moved", "Provenance", "Study", "render"]
