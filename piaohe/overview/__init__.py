"""The overview: what was spent, on what and with whom, how the work goes, and what is to come."""
