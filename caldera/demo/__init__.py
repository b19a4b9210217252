"""The main job, shown: invoices in, certificates made, split, paid and paid out, on a chain of its own."""
