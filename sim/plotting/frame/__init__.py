"""What figures share: page, arms, text, palette, axis of time, fans, rows of dots, small multiples, the ground of a map."""
