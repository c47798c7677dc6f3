"""`python -m riesz.cli` is `riesz`."""

import sys

from riesz.cli import main

sys.exit(main())
