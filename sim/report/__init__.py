"""Results as people read them: tables and sentences for the terminal, pages of Markdown and HTML.

Reads results, never the simulator. Numbers are written by `sim.foundation.format`, text of users passes `sim.foundation.text`.
"""
