"""docs/add-a-backend.md, followed literally."""

from .conftest import ROOT


def test_it_can_be_followed(stranger):
    stranger.follow(ROOT / "docs" / "add-a-backend.md")


def test_importing_it_imports_no_device_library(stranger):
    stranger.run(
        "python -c \"import sys, riesz_boxed; assert 'riesz_boxed.array' not in sys.modules\""
    )
