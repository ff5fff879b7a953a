"""From text to placed nodes: YAML, `extends`, numbers and units as people write them."""
