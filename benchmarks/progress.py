"""Says on standard error what a long run is doing; silent where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

Progress = Callable[[str], None]
"""Takes one line that names the step that now begins."""


@contextmanager
def shown(first: str) -> Iterator[Progress]:
    """A spinner with the current step on a terminal; one line a step elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: console.print(step, highlight=False)
        return
    with console.status(first) as status:
        yield status.update
