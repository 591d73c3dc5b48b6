"""What the shell adds to reading a file: advice on bad pictures, sides that were cut off, looks by
which tickets are known again, the rides of trip lists."""
