"""Riesz."""
from .protocol import *
