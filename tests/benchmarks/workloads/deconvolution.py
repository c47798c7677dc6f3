"""Deblurring by FFT with smoothed total variation and an H^1 term, on 512^2."""

import numpy as np

from .workload import Workload

MU, EPS = 1e-2, 1e-4


def data(n=512):
    rng = np.random.default_rng(0)
    frequency = (2 * np.pi) ** 2 * (np.fft.fftfreq(n)[:, None] ** 2 + np.fft.rfftfreq(n) ** 2)
    kernel = np.exp(-4.5 * frequency).astype(complex)
    twice = np.full(n // 2 + 1, 2.0)
    twice[[0, -1]] = 1.0  # the half spectrum stands for these two columns once
    picture = rng.random((n, n))
    b = np.fft.irfft2(kernel * np.fft.rfft2(picture), s=(n, n)) + 0.01 * rng.random((n, n))
    smooth = 1e-3 * (1 + frequency) * twice / n**2
    return (rng.random((n, n)),), {"kernel": kernel, "b": b, "smooth": smooth, "twice": twice}


def objective(u, kernel, b, smooth, twice):
    U = np.fft.rfft2(u)
    r = np.fft.irfft2(kernel * U, s=b.shape) - b
    gx, gy = np.roll(u, -1, 1) - u, np.roll(u, -1, 0) - u
    variation = np.sum(np.sqrt(gx * gx + gy * gy + EPS))
    energy = np.sum(smooth * (np.real(U) * np.real(U) + np.imag(U) * np.imag(U)))
    return 0.5 * np.sum(r * r) + 0.5 * energy + MU * variation


def hand(u, kernel, b, smooth, twice):
    U = np.fft.rfft2(u)
    r = np.fft.irfft2(kernel * U, s=b.shape) - b
    gx, gy = np.roll(u, -1, 1) - u, np.roll(u, -1, 0) - u
    root = np.sqrt(gx * gx + gy * gy + EPS)
    power = U.real * U.real + U.imag * U.imag
    value = 0.5 * np.vdot(r, r) + 0.5 * np.sum(smooth * power) + MU * root.sum()
    # sum_k w_k |U_k|^2 over the half spectrum has the gradient 2 irfft2(n^2 w U / twice)
    spectrum = kernel.conj() * np.fft.rfft2(r) + smooth * (u.size / twice) * U
    gx /= root
    gy /= root
    descent = np.roll(gx, 1, 1) - gx + np.roll(gy, 1, 0) - gy
    return value, (np.fft.irfft2(spectrum, s=b.shape) + MU * descent,)


DECONVOLUTION = Workload("g deconvolution", data, objective, hand, goal=1.3)
