"""What may stand in a scenario: field types and their validators, the world, the settings."""
