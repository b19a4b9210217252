"""`python -m caldera.node` is `caldera node` without the rest of the suite in memory."""

from .cli import app

if __name__ == "__main__":
    app(prog_name="caldera node")
