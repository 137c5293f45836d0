"""How long SlotWatch takes and how much memory it needs, on both engines: `make bench`."""
