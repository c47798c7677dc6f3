// The Faddeeva function w(z) = exp(-z^2) erfc(-iz), what follows from it, and inverses of erf.

// w for x, y >= 0: the midpoint rule with 12 nodes for w(z) = (i/pi) int exp(-t^2) / (z - t) dt, or
// the trapezoidal rule where z is near a node of the other, with the residue of the pole t = z.
// Relative error below 2e-15. M. Al Azah and S. N. Chandler-Wilde, Computation of the complex error
// function using modified trapezoidal rules, SIAM J. Numer. Anal. 59 (2021), 2346-2367.
static __device__ __attribute__((noinline)) riesz_z riesz_w_quadrant(riesz_z z) {
  if (riesz_modulus(z) > 1e8) return riesz_over(riesz_z(0, 0.5641895835477563), z);
  const double h = 0.5116633539732443;  // sqrt(pi / 12)
  const double place = z.x / h - floor(z.x / h);
  const bool trapezoidal = z.y < z.x && place >= 0.25 && place <= 0.75;
  riesz_z sum = 0.0;
  for (int k = trapezoidal; k < 12; k++) {
    const double t = (trapezoidal ? k : k + 0.5) * h;
    sum = sum + riesz_over(exp(-t * t), z * z - t * t);
  }
  riesz_z w = riesz_z(0, 2 * h / riesz_pi) * z * sum;
  if (trapezoidal) w = w + riesz_over(riesz_z(0, h / riesz_pi), z);
  if (z.y >= z.x && z.y >= riesz_pi / h) return w;
  const double turn = 2 * riesz_pi / h;
  const riesz_z e = riesz_exp(riesz_z(turn * z.y, -turn * z.x));
  return w + riesz_over(2.0 * riesz_exp(-(z * z)), trapezoidal ? 1.0 - e : 1.0 + e);
}

// w(-conj z) = conj w(z), w(-z) = 2 exp(-z^2) - w(z)
static __device__ riesz_z riesz_wofz(riesz_z z) {
  if (z.y < 0) return 2.0 * riesz_exp(-(z * z)) - riesz_wofz(-z);
  return z.x < 0 ? riesz_conj(riesz_w_quadrant({-z.x, z.y})) : riesz_w_quadrant(z);
}

// sum_k (s z^2)^k z / (k! (2k + 1)): sqrt(pi)/2 erf(z) for s = -1, DLMF 7.6.1
template <class T> static __device__ T riesz_erf_series(T z, double s) {
  T term = z, sum = z;
  for (int k = 1; k < 60 && riesz_modulus(term) > riesz_eps * riesz_modulus(sum) / 8; k++) {
    term = term * (s * z * z) * (1.0 / k);
    sum = sum + term * (1.0 / (2 * k + 1));
  }
  return sum;
}

static __device__ riesz_z riesz_erfcx(riesz_z z) { return riesz_wofz(riesz_z(-z.y, z.x)); }
static __device__ double riesz_erfcx(double x) {
  return x < 0 ? 2 * exp(x * x) - riesz_erfcx(-x) : riesz_wofz(riesz_z(0, x)).x;
}

static __device__ riesz_z riesz_erfc(riesz_z z) { return riesz_exp(-(z * z)) * riesz_erfcx(z); }
static __device__ riesz_z riesz_erf(riesz_z z) {
  const double two_by_root_pi = 1.1283791670955126;
  if (riesz_modulus(z) < 1) return two_by_root_pi * riesz_erf_series(z, -1);
  return z.x < 0 ? riesz_erfc(-z) - 1.0 : 1.0 - riesz_erfc(z);
}
static __device__ riesz_z riesz_ndtr(riesz_z z) {
  return 0.5 * riesz_erfc(-0.7071067811865476 * z);
}

// Dawson's integral exp(-z^2) int_0^z exp(t^2) dt = (i sqrt(pi)/2) (exp(-z^2) - w(z))
static __device__ riesz_z riesz_dawsn(riesz_z z) {
  if (riesz_modulus(z) < 1) return riesz_exp(-(z * z)) * riesz_erf_series(z, 1);
  if (z.y < 0) return -riesz_dawsn(-z);
  return riesz_z(0, 0.886226925452758) * (riesz_exp(-(z * z)) - riesz_wofz(z));
}
static __device__ double riesz_dawsn(double x) {
  if (fabs(x) < 1) return exp(-x * x) * riesz_erf_series(x, 1);
  return copysign(0.886226925452758 * riesz_wofz(riesz_z(fabs(x), 0)).y, x);
}
static __device__ riesz_z riesz_erfi(riesz_z z) {
  const riesz_z y = riesz_erf(riesz_z(-z.y, z.x));
  return {y.y, -y.x};
}
static __device__ double riesz_erfi(double x) {
  if (fabs(x) > 27) return copysign(riesz_infinity(), x);
  const double high = __longlong_as_double(__double_as_longlong(x) & 0xfffffffff8000000LL);
  const double low = x - high;  // x^2 = high^2, exact, + low (x + high)
  if (fabs(x) < 1) return 1.1283791670955126 * riesz_erf_series(x, 1);
  return 1.1283791670955126 * exp(high * high) * exp(low * (x + high)) * riesz_dawsn(x);
}

static __device__ riesz_z riesz_log_ndtr(riesz_z z) {
  const riesz_z y = -0.7071067811865476 * z, upper = riesz_ndtr(-z);
  if (z.x > 0 && riesz_modulus(upper) < 0.01) {  // log(1 - upper), of which 1 - upper loses digits
    riesz_z sum = 0.0;
    for (int k = 9; k > 0; k--) sum = sum * upper + 1.0 / k;
    return -(upper * sum);
  }
  if (z.x > -1) return riesz_log(riesz_ndtr(z));
  const riesz_z w = riesz_log(0.5 * riesz_erfcx(y)) - y * y;
  return {w.x, w.y - 2 * riesz_pi * rint(w.y / (2 * riesz_pi))};
}
static __device__ double riesz_log_ndtr(double x) {
  const double y = x * 0.7071067811865476;
  return x < -1 ? log(0.5 * riesz_erfcx(-y)) - 0.5 * x * x : log1p(-0.5 * erfc(y));
}

// erf^-1(x): S. Winitzki's approximation (2008), given log(1 - x^2), to three digits
static __device__ double riesz_erfinv_guess(double logarithm) {
  const double a = 0.147, c = 2 / (riesz_pi * a) + 0.5 * logarithm;
  return sqrt(fmax(sqrt(c * c - logarithm / a) - c, 0.0));
}

// The root of log erfc(y) = log p for 0 < p <= 1/2, by Newton's iteration
static __device__ double riesz_erfc_tail(double p) {
  double y = riesz_erfinv_guess(log(p * (2 - p)));
  for (int k = 0; k < 4; k++) {
    const double e = erfc(y);
    y += log(e / p) * 0.886226925452758 * riesz_erfcx(y);
  }
  return y;
}

// The root of erf(y) = x; Halley's iteration while 1 - |x| would cancel
static __device__ double riesz_erfinv(double x) {
  if (!(fabs(x) < 1)) return fabs(x) == 1 ? x * riesz_infinity() : riesz_nan();
  if (fabs(x) > 0.5) return copysign(riesz_erfc_tail(1 - fabs(x)), x);
  if (fabs(x) < 1e-7) return 0.886226925452758 * x;
  double y = copysign(riesz_erfinv_guess(log1p(-x * x)), x);
  for (int k = 0; k < 3; k++) {
    const double step = (erf(y) - x) * 0.886226925452758 * exp(y * y);
    y -= step / (1 + y * step);
  }
  return y;
}
static __device__ double riesz_erfcinv(double p) {
  if (p == 0 || p == 2) return (1 - p) * riesz_infinity();
  if (!(p > 0 && p < 2)) return riesz_nan();
  if (p < 0.5) return riesz_erfc_tail(p);
  return p > 1.5 ? -riesz_erfc_tail(2 - p) : riesz_erfinv(1 - p);
}
static __device__ double riesz_ndtri(double p) {
  return -1.4142135623730951 * riesz_erfcinv(2 * p);
}
