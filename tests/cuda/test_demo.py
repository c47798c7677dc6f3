"""The demo on the backend `pycuda`: the same table and figure, by kernels on the device."""

import json
from collections import Counter

import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from matplotlib.image import imread

from riesz.cli import main

DEBLUR = "demo --problem deblur --size 64"


@pytest.fixture
def launched(pycuda, monkeypatch):
    """How often each kernel was launched."""
    from riesz_backends.pycuda.device import Device

    counted, launch = Counter(), Device.launch

    def counting(device, text, name, *rest):
        counted[name] += 1
        launch(device, text, name, *rest)

    monkeypatch.setattr(Device, "launch", counting)
    return counted


def demo(out, *words):
    return main([*" ".join(map(str, words)).split(), "--out", str(out)])


def test_the_table_and_the_figure(launched, tmp_path, capsys):
    out = tmp_path / "deblur.png"
    assert demo(out, DEBLUR, "--backend pycuda --iterations 4") == 0
    printed = capsys.readouterr().out
    assert "Sharpening a blurred photograph" in printed
    for metric in ("euclidean", "sobolev:-1:3", "sobolev:1:3"):
        assert metric in printed
    assert printed.count("64 x 64") == 3
    assert f"Figure: {out}" in printed
    assert imread(out).std() > 0.1
    assert min(launched[f"riesz_{name}"] for name in ("fft", "elementwise", "reduce_blocks")) > 100


def test_descent_to_the_target_is_that_of_numpy(launched, tmp_path, capsys):
    def row(backend):
        words = f"{DEBLUR} --metric sobolev:-1:3 --json --backend {backend}"
        assert demo(tmp_path / "deblur.png", words) == 0
        (found,) = json.loads(capsys.readouterr().out)
        return found

    found, expected = row("pycuda"), row("numpy")
    assert launched["riesz_fft"] > 1000
    assert found["reached"]
    assert found["steps"] == expected["steps"]
    assert found["objective"] == pytest.approx(expected["objective"], rel=1e-6)
