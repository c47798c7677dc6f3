"""docs/add-an-operator.md, followed literally."""

from .conftest import ROOT


def test_it_can_be_followed(stranger):
    stranger.follow(ROOT / "docs" / "add-an-operator.md")
