"""Paired statistics over arms: many rows at once, factorials, coalitions, doses, precision."""
