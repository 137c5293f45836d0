"""Tools for the maintainers of SlotWatch; they are not part of the installed package."""
