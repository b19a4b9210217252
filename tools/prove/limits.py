"""What is not proved, and why: the last part of the page."""

LIMITS = """## What is not proved
"""
