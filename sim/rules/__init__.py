"""What happens: pure functions on arrays (or plain floats), elementwise over lanes, free to add up over fronts.

A rule knows no agent, no lever and no arm, and rules do not import each other: they meet in `War.step`.
"""
