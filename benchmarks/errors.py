"""What can go wrong in a benchmark run; each message says what to do."""


class BenchmarkError(Exception):
    """A run cannot go on."""


class MissingTool(BenchmarkError):
    """A program or a package that the run needs is not installed."""


class CompileFailed(BenchmarkError):
    """A peer does not compile; the compiler's own message is the text."""


class Reverted(BenchmarkError):
    """A transaction that should have been measured reverted; the text names the contract's reason."""
