"""The versions, oldest first by their file names."""
