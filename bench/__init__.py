"""How fast, how large and how good: measured beside what else one would take. Never ships. `make bench`."""
