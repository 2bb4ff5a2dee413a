"""Live updates: pages that are open learn, by Server-Sent Events, that what they show has changed."""
