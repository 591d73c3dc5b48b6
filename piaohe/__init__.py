"""The shell: command line, settings, storage and outside systems. All side effects live here."""
