// The gamma function's logarithm and derivatives, beta functions, incomplete gammas and betas,
// Hurwitz' zeta. DLMF is the NIST Digital Library of Mathematical Functions.

// log gamma(z) by Stirling's series, DLMF 5.11.1, for z not left of 7
static __device__ riesz_z riesz_stirling(riesz_z z) {
  const double c[8] = {0.08333333333333333,    -0.002777777777777778, 0.0007936507936507937,
                       -0.0005952380952380953, 0.0008417508417508417, -0.0019175269175269176,
                       0.00641025641025641,    -0.029550653594771242};  // B_2k / (2k (2k - 1))
  const riesz_z r = riesz_over(riesz_z(1), z), square = r * r;
  riesz_z sum = 0.0;
  for (int k = 7; k >= 0; k--) sum = sum * square + c[k];
  return (z - 0.5) * riesz_log(z) - z + 0.9189385332046727 + sum * r;
}

// log gamma(z) right of 1/2 by C. Lanczos' approximation of 1964,
//     (z - 1/2) (log(z + g - 1/2) - 1) + log(p(z) / (z (z + 1) ... (z + 11))),
// with the coefficients of J. Maddock's lanczos13m53 (Boost)
static __device__ __attribute__((noinline)) riesz_z riesz_lanczos(riesz_z z) {
  const double p[13] = {56906521.913471565,  103794043.11634454, 86363131.2881386,
                        43338889.32467614,   14605578.087685067, 3481712.154980646,
                        601859.6171681099,   75999.29304014542,  6955.999602515376,
                        449.9445569063168,   19.519927882476175, 0.5098416655656676,
                        0.006061842346248907};
  riesz_z above = 0.0, below = 1.0;
  for (int k = 12; k >= 0; k--) above = above * z + p[k];
  for (int k = 0; k < 12; k++) below = below * (z + (double)k);
  return (z - 0.5) * (riesz_log(z + 5.524680040776729583740234375) - 1.0) +
         riesz_log(riesz_over(above, below));
}

// The branch that is real on the positive axis, cut along the negative one; reflection: DLMF 5.5.3
static __device__ riesz_z riesz_loggamma(riesz_z z) {
  if (z.x >= 7 || (fabs(z.y) >= 7 && z.x >= 0)) return riesz_stirling(z);
  if (z.x >= 0.5) return riesz_lanczos(z);
  const double turns = copysign(2 * riesz_pi, z.y) * floor(0.5 * z.x + 0.25);
  const double y = riesz_pi * fabs(z.y), grown = exp(-2 * y);  // sin pi z = e^y times this:
  const double odd = copysign(y < 0.1 ? exp(-y) * sinh(y) : (1 - grown) / 2, z.y);
  const riesz_z sine(riesz_sinpi(z.x) * (1 + grown) / 2, riesz_cospi(z.x) * odd);
  return riesz_z(1.1447298858494002, turns) - (riesz_log(sine) + y) - riesz_loggamma(1.0 - z);
}
static __device__ double riesz_loggamma(double x) { return x < 0 ? riesz_nan() : lgamma(x); }

static __device__ riesz_z riesz_gamma(riesz_z z) { return riesz_exp(riesz_loggamma(z)); }
static __device__ riesz_z riesz_rgamma(riesz_z z) {
  if (z.y == 0 && z.x <= 0 && z.x == floor(z.x)) return 0.0;
  return riesz_exp(-riesz_loggamma(z));
}
static __device__ double riesz_rgamma(double x) {
  if (x <= 0 && x == floor(x)) return 0;
  return fabs(x) < 170 ? 1 / tgamma(x) : x > 0 ? exp(-lgamma(x)) : 1 / tgamma(x);
}
static __device__ double riesz_gamma_sign(double x) {
  return x >= 0 || fmod(floor(x), 2.0) == 0 ? 1.0 : -1.0;
}

// digamma(z) - log z for z right of 10, DLMF 5.11.2
template <class T> static __device__ T riesz_digamma_rest(T z) {
  const double c[8] = {0.08333333333333333,  -0.008333333333333333, 0.003968253968253968,
                       -0.004166666666666667, 0.007575757575757576, -0.021092796092796094,
                       0.08333333333333333,   -0.4432598039215686};  // B_2k / 2k
  const T r = riesz_over(T(1), z), square = r * r;
  T sum = 0.0;
  for (int k = 7; k >= 0; k--) sum = sum * square + c[k];
  return -(0.5 * r + sum * square);
}

// digamma(x) for 1 <= x <= 2 as its difference from digamma(root) = 0, term by term: no digits lost
static __device__ double riesz_digamma_at_root(double x) {
  const double root = 1.4616321449683622, d = (x - root) - 9.549995429965697e-17;
  double sum = 0;
  for (int k = 9; k >= 0; k--) sum += d / ((x + k) * (root + k));
  const double far = riesz_digamma_rest(x + 10) - riesz_digamma_rest(root + 10);
  return sum + log1p(d / (root + 10)) + far;
}

// Moved next to the root by DLMF 5.5.2, which loses no digits there; reflected by 5.5.4
static __device__ __attribute__((noinline)) double riesz_digamma(double x) {
  if (x == 0) return -copysign(riesz_infinity(), x);
  if (x < 0 && x == floor(x)) return riesz_nan();
  if (x < -10) return riesz_digamma(1 - x) - riesz_pi * riesz_cospi(x) / riesz_sinpi(x);
  if (x > 10 || x != x) return log(x) + riesz_digamma_rest(x);
  double sum = 0;
  for (; x < 1; x += 1) sum -= 1 / x;
  for (; x > 2; x -= 1) sum += 1 / (x - 1);
  return sum + riesz_digamma_at_root(x);
}
static __device__ riesz_z riesz_digamma(riesz_z z) {
  if (z.x < 0) {
    const riesz_z t = riesz_tan(riesz_pi * (z - floor(z.x)));
    return riesz_digamma(1.0 - z) - riesz_over(riesz_z(riesz_pi), t);
  }
  riesz_z sum = 0.0;
  for (; riesz_modulus(z) < 10; z = z + 1.0) sum = sum - riesz_over(riesz_z(1), z);
  return sum + riesz_log(z) + riesz_digamma_rest(z);
}

// sum_k (x + k)^-s by Euler and Maclaurin's formula after the first terms, DLMF 25.11.28
static __device__ __attribute__((noinline)) double riesz_zeta(double s, double x) {
  const double c[12] = {0.08333333333333333,     -0.001388888888888889,  3.306878306878307e-05,
                        -8.267195767195768e-07,  2.08767569878681e-08,   -5.284190138687493e-10,
                        1.3382536530684679e-11,  -3.3896802963225827e-13, 8.586062056277845e-15,
                        -2.174868698558062e-16,  5.5090028283602295e-18, -1.3954464685812522e-19};
  if (s == 1) return riesz_infinity();
  if (!(s > 1)) return riesz_nan();
  if (x <= 0 && x == floor(x)) return riesz_infinity();
  if (x <= 0 && s != floor(s)) return riesz_nan();
  if (x == riesz_infinity()) return 0;
  double sum = 0;
  for (; x < 10 + s; x += 1) {
    const double term = pow(x, -s);
    sum += term;
    if (fabs(term) < riesz_eps / 16 * fabs(sum)) return sum;
  }
  double rest = 0.5, factor = s / x;
  for (int k = 0; k < 12; k++) {  // c[k] = B_2k / (2k)!
    rest += c[k] * factor;
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2) / (x * x);
  }
  return sum + pow(x, 1 - s) / (s - 1) + pow(x, -s) * rest;
}

// (-1)^(n+1) n! zeta(n + 1, x), DLMF 5.15.1 and 25.11.12
static __device__ double riesz_polygamma(double n, double x) {
  if (n == 0) return riesz_digamma(x);
  const double y = tgamma(n + 1) * riesz_zeta(n + 1, x);
  return fmod(n, 2.0) == 0 ? -y : y;
}

static __device__ bool riesz_pole(double x) { return x <= 0 && x == floor(x); }

// gamma(x + k) / gamma(x): whole steps by DLMF 5.5.1, as in SciPy, then a quotient
static __device__ __attribute__((noinline)) double riesz_poch(double x, double k) {
  double y = 1;
  while (k >= 1 && x + k != 1 && y != 0 && fabs(y) < riesz_infinity()) {
    k -= 1;
    y *= x + k;
  }
  while (k <= -1 && x + k != 0 && y != 0 && fabs(y) < riesz_infinity()) {
    y /= x + k;
    k += 1;
  }
  if (k == 0) return y;
  if (x > 1e4 && fabs(k) <= 1) {  // DLMF 5.11.13
    return y * pow(x, k) * (1 + k * (k - 1) / (2 * x) * (1 + (k - 2) * (3 * k - 1) / (12 * x)));
  }
  if (riesz_pole(x + k)) return riesz_pole(x) || x + k == k ? riesz_nan() : riesz_infinity();
  if (riesz_pole(x)) return 0;
  if (fabs(x) < 170 && fabs(x + k) < 170) return y * (tgamma(x + k) / tgamma(x));
  return y * riesz_gamma_sign(x + k) * riesz_gamma_sign(x) * exp(lgamma(x + k) - lgamma(x));
}

// log |gamma(large) / gamma(large + small)|, which cancels where `large` is: DLMF 5.11.13
static __device__ double riesz_gamma_quotient(double large, double small) {
  if (large < 1e6 * fabs(small) || large < 1e6) return lgamma(large) - lgamma(large + small);
  return -small * log(large) + small * (1 - small) / (2 * large);
}

// beta at a pole x of gamma, where gamma(x + y) has one too: DLMF 5.5.3
static __device__ double riesz_beta_at_pole(double x, double y) {
  const double rest = 1 - x - y;
  if (y != floor(y) || !(rest > 0) || y <= 0 || x < -170) return riesz_infinity();
  return (fmod(y, 2.0) == 0 ? 1 : -1) * (tgamma(rest) / tgamma(1 - x) * tgamma(y));
}
static __device__ __attribute__((noinline)) double riesz_betaln(double x, double y) {
  const double large = fabs(x) > fabs(y) ? x : y, small = fabs(x) > fabs(y) ? y : x;
  if (riesz_pole(x)) return log(fabs(riesz_beta_at_pole(x, y)));
  if (riesz_pole(y)) return log(fabs(riesz_beta_at_pole(y, x)));
  if (fabs(large) < 170 && fabs(x + y) < 170) {
    const double b = fabs(tgamma(large) * riesz_rgamma(x + y) * tgamma(small));
    if (b > 0 && b < riesz_infinity()) return log(b);
  }
  return riesz_gamma_quotient(large, small) + lgamma(small);
}
static __device__ __attribute__((noinline)) double riesz_beta(double x, double y) {
  const double large = fabs(x) > fabs(y) ? x : y, small = fabs(x) > fabs(y) ? y : x;
  if (riesz_pole(x)) return riesz_beta_at_pole(x, y);
  if (riesz_pole(y)) return riesz_beta_at_pole(y, x);
  if (fabs(large) < 170 && fabs(x + y) < 170) {
    return tgamma(large) * riesz_rgamma(x + y) * tgamma(small);
  }
  const double sign = riesz_gamma_sign(x) * riesz_gamma_sign(y) * riesz_gamma_sign(x + y);
  return sign * exp(riesz_gamma_quotient(large, small) + lgamma(small));
}

// log(x / s) - t with t = x / s - 1, which cancels near t = 0: DLMF 4.6.1
static __device__ double riesz_log_rest(double s, double x) {
  const double t = (x - s) / s;
  if (fabs(t) > 0.4) return log(x / s) - t;
  double power = -t * t, sum = power / 2;
  for (int k = 3; k < 60 && fabs(power) > riesz_eps * fabs(sum); k++) {
    power *= -t;
    sum += power / k;
  }
  return sum;
}

// x^s exp(-x) / gamma(s + 1)
static __device__ double riesz_gamma_density(double s, double x) {
  if (s < 20 && x < 100) return pow(x, s) * exp(-x) / tgamma(s + 1);
  if (s < 20) return exp(s * log(x) - x - lgamma(s + 1));
  const double r = 1 / (s * s), last = 0.0007936507936507937 - r * 0.0005952380952380953;
  const double rest = 0.08333333333333333 - r * (0.002777777777777778 - r * last);  // DLMF 5.11.1
  return exp(s * riesz_log_rest(s, x) - rest / s) / sqrt(2 * riesz_pi * s);
}

// The lower incomplete gamma function by its series, DLMF 8.11.4; the upper one by Legendre's
// continued fraction, 8.9.2, evaluated as by Lentz. Both over gamma(s).
static __device__ double riesz_gamma_lower(double s, double x) {
  double term = 1, sum = 1;
  for (int k = 1; k < 10000 && term > riesz_eps * sum / 4; k++) sum += term *= x / (s + k);
  return riesz_gamma_density(s, x) * sum;
}
static __device__ double riesz_gamma_upper(double s, double x) {
  double b = x + 1 - s, c = 1e300, d = 1 / b, y = d;
  for (int k = 1; k < 10000; k++) {
    const double a = k * (s - k);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    y *= c * d;
    if (fabs(c * d - 1) < riesz_eps) break;
  }
  return riesz_gamma_density(s, x) * s * y;
}
static __device__ double riesz_gammainc(double s, double x) {
  if (!(s >= 0 && x >= 0)) return riesz_nan();
  if (s == 0) return x > 0 ? 1 : riesz_nan();
  if (x == 0 || x == riesz_infinity()) return x > 0;
  return x < s + 1 ? riesz_gamma_lower(s, x) : 1 - riesz_gamma_upper(s, x);
}
static __device__ double riesz_gammaincc(double s, double x) {
  if (!(s >= 0 && x >= 0)) return riesz_nan();
  if (s == 0) return x > 0 ? 0 : riesz_nan();
  if (x == 0 || x == riesz_infinity()) return x == 0;
  return x < s + 1 ? 1 - riesz_gamma_lower(s, x) : riesz_gamma_upper(s, x);
}

// x^p (1 - x)^q / (p B(p, q)) over a continued fraction, DLMF 8.17.22, where that converges fast
static __device__ double riesz_beta_fraction(double p, double q, double x) {
  double c = 1, d = 1 - (p + q) * x / (p + 1), y;
  d = 1 / d;
  y = d;
  for (int k = 1; k < 5000; k++) {
    const double even = k * (q - k) * x / ((p + 2 * k - 1) * (p + 2 * k));
    const double odd = -(p + k) * (p + q + k) * x / ((p + 2 * k) * (p + 2 * k + 1));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    y *= c * d;
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    y *= c * d;
    if (fabs(c * d - 1) < riesz_eps) break;
  }
  return y;
}
static __device__ double riesz_betainc(double p, double q, double x) {
  if (!(p > 0 && q > 0 && x >= 0 && x <= 1)) return riesz_nan();
  if (x == 0 || x == 1) return x;
  const double front = p + q < 100 ? pow(x, p) * pow(1 - x, q) / riesz_beta(p, q)
                                   : exp(p * log(x) + q * log1p(-x) - riesz_betaln(p, q));
  if (x < (p + 1) / (p + q + 2)) return front * riesz_beta_fraction(p, q, x) / p;
  return 1 - front * riesz_beta_fraction(q, p, 1 - x) / q;
}
