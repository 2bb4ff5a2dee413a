"""What is promised in figures, each against the bare work behind it, in the same run: `script/bench [names…]`."""
