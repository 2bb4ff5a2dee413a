from hypothesis import settings

# Speed is measured in bench/, never asserted here: machines pause at any moment.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
