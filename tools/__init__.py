"""What only the maintainers of SlotWatch run; no part of the installed package."""
