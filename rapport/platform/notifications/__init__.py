"""What somebody is told without having asked: kept per person, told once, read as far as they may see it."""
