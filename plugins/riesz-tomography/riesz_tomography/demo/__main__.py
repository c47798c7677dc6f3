"""`python -m riesz_tomography.demo`."""

from riesz_tomography.demo import main

if __name__ == "__main__":
    raise SystemExit(main())
