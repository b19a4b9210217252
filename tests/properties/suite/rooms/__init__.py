"""What people do: a room a trade, each a part of the machine."""
