"""What the curves show that somebody should know; the words of the page."""

FINDINGS = ""
