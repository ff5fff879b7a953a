"""Claim files: what is claimed, how it is tested, and the scenario that plays it."""
