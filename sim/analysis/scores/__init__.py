"""Forecasts scored against what was observed, beside baseline forecasts."""
