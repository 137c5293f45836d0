"""What the commands of `slotwatch` compute and print."""
