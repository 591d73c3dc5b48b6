"""`python -m piaohe` is `piaohe`."""

from piaohe.cli import main

main()
