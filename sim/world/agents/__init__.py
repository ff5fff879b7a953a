"""Who decides. Each agent sees a view, and writes a frozen order in a sentence of named conditions.

Agents know nothing of each other: what passes between them is an order or a posting.
"""
