"""Writes Python from ABIs."""
