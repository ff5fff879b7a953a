"""One function per question, from what the user names to a typed result: what the command line and Python both call.

A workflow reads the inputs, refuses all that is wrong before anything is played, plays, judges, draws and stores. It
prints nothing: `sim.report` writes its results, `sim.cli` and `sim.api` hand it its options.
"""
