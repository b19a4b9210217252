"""What the parties of documents are called; from its name follows a party's account."""

from collections.abc import Iterable

from caldera.documents import Party


class Labels:
    """Names of parties, each once."""

    def __init__(self, taken: Iterable[str]) -> None:
        """Args:
        taken: names of those who act besides; a party of such a name is somebody else.
        """
        self._names = {f"ours:{name}": name for name in taken}

    def __call__(self, party: Party) -> str:
        """The party's name; with its identifier where another has the same name."""
        if party.key not in self._names:
            name = party.name or party.key
            self._names[party.key] = f"{name} ({party.key})" if name in self._names.values() else name
        return self._names[party.key]
