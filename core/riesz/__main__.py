"""`python -m riesz` is the shell command `riesz`."""

import sys

from riesz.cli import main

sys.exit(main())
