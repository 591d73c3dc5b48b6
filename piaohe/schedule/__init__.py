"""What is done by the clock: chores, at times the settings name, by one process at a time.

chores = runner.Chores(store, settings, now)
chores.start()
...
chores.stop()
"""
