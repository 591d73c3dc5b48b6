"""Training of the classifiers and learning from corrections."""
