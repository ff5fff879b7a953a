"""Who decides. Each agent sees a view and returns a frozen order, in sentences of named conditions.

Agents know nothing of each other and nothing of the state: what they know is in their view.
"""
