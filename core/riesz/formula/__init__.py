"""Elementwise formulas: expression graphs, their symbolic partials and their printers."""
