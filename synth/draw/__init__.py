"""Drawing: a layout fills a `Sheet`, `pdf` and `picture` make files of it."""
