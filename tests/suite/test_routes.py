"""A report says on what GPU code ran, and that none ran on a GPU where none did."""

import json

import pytest

from riesz.backend import backends
from riesz.conformance import Report, run
from riesz.conformance.html import page
from riesz.conformance.report import NO_GPU


def report(**routes):
    found = run(["numpy"], ["tanh"], ["float64"])
    about = {name: {"probe": None, "library": "", "route": route} for name, route in routes.items()}
    return Report(**{**vars(found), "backends": found.backends | about})


def test_what_has_no_gpu_code_has_no_route():
    assert backends.load("numpy").route() is None
    assert "route" not in report().backends["numpy"]
    assert report().routes() == []


@pytest.mark.parametrize("route", ["EMULATED: NumPy, not a GPU", "NOT RUN: no driver"])
def test_a_route_that_is_not_real_is_owned_up_to(route):
    assert report(pycuda=route).routes() == [f"pycuda {route}", NO_GPU]


def test_one_real_route_is_a_gpu():
    found = report(pycuda="REAL: H100", cupy="NOT RUN: not installed")
    assert found.routes() == ["pycuda REAL: H100", "cupy NOT RUN: not installed"]


def test_the_route_is_in_the_json_and_on_the_page():
    found = report(pycuda="EMULATED: a CPU, not a GPU")
    again = Report.from_json(json.loads(json.dumps(found.to_json())))
    assert again.routes() == found.routes()
    assert "EMULATED: a CPU, not a GPU" in page(found.to_json())


@pytest.mark.parametrize("name", ["pycuda", "cupy"])
def test_gpu_backends_tell_a_route(name):
    assert backends.load(name).route().partition(":")[0] in ("REAL", "EMULATED", "NOT RUN")
