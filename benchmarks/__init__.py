"""Gas and size figures: the project's contracts beside those of others, each operation one whole transaction."""
