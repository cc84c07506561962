"""`python -m fenxiao.cli` is the `fenxiao` command."""

from fenxiao.cli.main import main

main()
