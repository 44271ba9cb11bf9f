"""`python -m maskline`: the command line (see maskline/commands)."""

import sys

from maskline.commands import cli

if __name__ == "__main__":
    sys.exit(cli.main(prog_name="./run"))
