"""What somebody keeps in sight: records they looked at lately, keep among their favourites, follow."""
