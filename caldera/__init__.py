"""Caldera: industrial value circulation on rollups."""
