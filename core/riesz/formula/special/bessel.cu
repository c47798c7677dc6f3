// Bessel functions of real order v. All come from the modified ones in the right half plane, at
// complex z also where the argument is real: J and Y are I and K on the imaginary axis.

struct riesz_modified { riesz_z i, k, next; };  // e^-z I_v(z), e^z K_v(z), e^z K_(v+1)(z)

// K_m and K_(m+1), |m| <= 1/2, by power series for |z| <= 2.
// N. M. Temme, On the numerical evaluation of the modified Bessel function of the third kind,
// J. Comput. Phys. 19 (1975), 324-337.
static __device__ void riesz_temme(double m, riesz_z z, riesz_z &k0, riesz_z &k1) {
  const double c[18] = {1.0, 0.5772156649015329, -0.6558780715202539, -0.04200263503409524,
    0.16653861138229148, -0.04219773455554433, -0.009621971527876973, 0.0072189432466631,
    -0.0011651675918590652, -0.00021524167411495098, 0.0001280502823881162,
    -2.013485478078824e-05, -1.2504934821426706e-06, 1.133027231981696e-06,
    -2.056338416977607e-07, 6.116095104481416e-09, 5.002007644469223e-09,
    -1.18127457048702e-09};  // of 1 / gamma(1 + m), DLMF 5.7.1
  double even = 0, odd = 0;
  for (int k = 16; k >= 0; k -= 2) {
    even = even * m * m + c[k];
    odd = odd * m * m + c[k + 1];
  }
  // even -+ m odd = 1 / gamma(1 +- m) exchanged, so the half difference over m is -odd
  const riesz_z half = 0.5 * z, logarithm = -riesz_log(half), sigma = m * logarithm;
  const riesz_z grown = riesz_exp(sigma), back = riesz_exp(-sigma);
  const riesz_z sinhc = riesz_modulus(sigma) < 0.1
      ? 1.0 + sigma * sigma * (1.0 / 6) * (1.0 + sigma * sigma * (1.0 / 20) *
            (1.0 + sigma * sigma * (1.0 / 42) * (1.0 + sigma * sigma * (1.0 / 72))))
      : riesz_over(0.5 * (grown - back), sigma);
  const double angle = m == 0 ? 1 : riesz_pi * m / riesz_sinpi(m);
  riesz_z f = angle * (0.5 * (grown + back) * -odd + sinhc * logarithm * even);
  riesz_z p = 0.5 / (even + m * odd) * grown, q = 0.5 / (even - m * odd) * back;
  riesz_z factor = 1.0;
  k0 = f;
  k1 = p;
  for (int k = 1; k < 40; k++) {
    f = (k * f + p + q) * (1 / (k * (double)k - m * m));
    p = p * (1 / (k - m));
    q = q * (1 / (k + m));
    factor = factor * half * half * (1.0 / k);
    k0 = k0 + factor * f;
    k1 = k1 + factor * (p - k * f);
  }
  const riesz_z scale = riesz_exp(z);
  k0 = scale * k0;
  k1 = scale * k1 * riesz_over(riesz_z(1), half);
}

// The same for |z| > 2 by Steed's continued fraction and Temme's sum.
// I. J. Thompson and A. R. Barnett, Coulomb and Bessel functions of complex arguments and order,
// J. Comput. Phys. 64 (1986), 490-509.
static __device__ void riesz_steed(double m, riesz_z z, riesz_z &k0, riesz_z &k1) {
  const double first = 0.25 - m * m;
  riesz_z b = 2.0 * (1.0 + z), d = riesz_over(riesz_z(1), b), h = d, step = d;
  riesz_z before = 0.0, now = 1.0, q = first, s = 1.0 + q * step;
  double a = -first, c = first;
  for (int k = 2; k < 500; k++) {
    a -= 2 * (k - 1);
    c = -a * c / k;
    const riesz_z next = (before - b * now) * (1 / a);
    before = now;
    now = next;
    q = q + c * next;
    b = b + 2.0;
    d = riesz_over(riesz_z(1), b + a * d);
    step = (b * d - 1.0) * step;
    h = h + step;
    s = s + q * step;
    if (riesz_modulus(q * step) < riesz_eps / 4 * riesz_modulus(s)) break;
  }
  k0 = riesz_over(riesz_sqrt(riesz_over(riesz_z(0.5 * riesz_pi), z)), s);
  k1 = k0 * riesz_over(m + z + 0.5 - first * h, z);
}

// I_(v+1) / I_v = 1 / (2 (v + 1) / z + 1 / (2 (v + 2) / z + ...)), DLMF 10.33.1, as by Lentz
static __device__ riesz_z riesz_ratio(double v, riesz_z z) {
  const riesz_z two = riesz_over(riesz_z(2), z);
  riesz_z f = 1e-300, c = f, d = 0.0;
  for (int k = 1; k < 100000; k++) {
    const riesz_z b = (v + k) * two;
    d = b + d;
    c = b + riesz_over(riesz_z(1), c);
    if (d.x == 0 && d.y == 0) d = 1e-300;
    if (c.x == 0 && c.y == 0) c = 1e-300;
    d = riesz_over(riesz_z(1), d);
    f = f * (c * d);
    if (riesz_modulus(c * d - 1.0) < riesz_eps) break;
  }
  return f;
}

// Hankel's expansions, DLMF 10.40.2 and 10.40.5: sum_k (+-1)^k a_k(v) / z^k, for large |z|
static __device__ riesz_z riesz_hankel(double v, riesz_z z, double sign) {
  riesz_z term = 1.0, sum = 1.0;
  for (int k = 1; k < 200; k++) {
    const double odd = 2 * k - 1;
    const riesz_z next = riesz_over(term * (sign * (4 * v * v - odd * odd) / (8 * k)), z);
    if (riesz_modulus(next) > riesz_modulus(term)) break;
    sum = sum + (term = next);
    if (riesz_modulus(term) < riesz_eps / 4 * riesz_modulus(sum)) break;
  }
  return sum;
}

// The same for tiny z: the first terms of their series, DLMF 10.25.2 and 10.30.2, 10.30.3
static __device__ riesz_modified riesz_smallest(double v, riesz_z z) {
  const riesz_z logarithm = riesz_log(0.5 * z);
  riesz_modified y;
  y.i = 1 / tgamma(v + 1) * riesz_exp(v * logarithm);
  y.k = v == 0 ? -logarithm - 0.5772156649015329 : 0.5 * tgamma(v) * riesz_exp(-v * logarithm);
  y.next = 0.5 * tgamma(v + 1) * riesz_exp(-(v + 1) * logarithm);
  return y;
}

// I_v, K_v and K_(v+1) for v >= 0 and Re z >= 0: upwards from |m| <= 1/2, DLMF 10.29.1, and
// I_v by the Wronskian I_v K_(v+1) + I_(v+1) K_v = 1 / z, 10.28.2
static __device__ __attribute__((noinline)) riesz_modified riesz_bessel(double v, riesz_z z) {
  riesz_modified y;
  if (riesz_modulus(z) > 25 + v * v / 2) {
    const riesz_z root = riesz_sqrt(riesz_over(riesz_z(0.5 * riesz_pi), z));
    y.k = root * riesz_hankel(v, z, 1);
    y.next = root * riesz_hankel(v + 1, z, 1);
    const double side = z.y < 0 ? -1 : 1;
    const riesz_z turn(-side * riesz_sinpi(v), side * riesz_cospi(v));
    y.i = (1 / riesz_pi) * (root * riesz_hankel(v, z, -1) + turn * riesz_exp(-2.0 * z) * y.k);
    return y;
  }
  if (riesz_modulus(z) < 1e-100) return riesz_smallest(v, z);
  const int n = (int)(v + 0.5);
  const double m = v - n;
  (riesz_modulus(z) <= 2 ? riesz_temme : riesz_steed)(m, z, y.k, y.next);
  for (int k = 1; k <= n; k++) {
    const riesz_z above = y.k + riesz_over(2 * (m + k) * y.next, z);
    y.k = y.next;
    y.next = above;
  }
  y.i = riesz_over(riesz_z(1), z * (y.next + riesz_ratio(v, z) * y.k));
  return y;
}

static __device__ riesz_z riesz_turn(double quarters) {  // exp(i pi/2 quarters)
  return {riesz_cospi(0.5 * quarters), riesz_sinpi(0.5 * quarters)};
}

// J and Y for v >= 0 and Im z >= 0, times exp(-Im z): DLMF 10.27.6 and 10.27.8
static __device__ void riesz_upper(double v, riesz_z z, riesz_z &j, riesz_z &y) {
  const riesz_modified b = riesz_bessel(v, {z.y, -z.x});
  const riesz_z phase = riesz_exp(riesz_z(0, -z.x)), back = riesz_exp(riesz_z(-2 * z.y, z.x));
  const riesz_z hankel = riesz_z(0, -2 / riesz_pi) * (riesz_turn(-v) * b.k * back);
  j = riesz_turn(v) * b.i * phase;
  if (z.y == 0 && z.x > v) j = hankel.x;
  y = riesz_z(0, 1) * (j - hankel);
}

// J (which = 0) or Y (which = 1) of any real order, DLMF 10.4.5 to 10.4.8, times exp(-|Im z|)
static __device__ __attribute__((noinline)) riesz_z riesz_first_or_second(double v, riesz_z z,
                                                                      int which) {
  if (z.y < 0) return riesz_conj(riesz_first_or_second(v, riesz_conj(z), which));
  riesz_z j, y;
  const double a = fabs(v);
  if (z.x == 0 && z.y == 0) {
    if (which) return -riesz_infinity();
    return v == 0 ? 1.0 : v > 0 || v == floor(v) ? 0.0 : riesz_infinity();
  }
  riesz_upper(a, z, j, y);
  if (v >= 0) return which ? y : j;
  const double c = riesz_cospi(a), s = riesz_sinpi(a);
  return which ? s * j + c * y : c * j - s * y;
}

static __device__ riesz_z riesz_jv(riesz_z v, riesz_z z) {
  return exp(fabs(z.y)) * riesz_first_or_second(v.x, z, 0);
}
static __device__ riesz_z riesz_yv(riesz_z v, riesz_z z) {
  return exp(fabs(z.y)) * riesz_first_or_second(v.x, z, 1);
}
static __device__ double riesz_jv(double v, double x) {
  if (x < 0 && v != floor(v)) return riesz_nan();
  const double sign = x < 0 && fmod(v, 2.0) != 0 ? -1 : 1;
  return sign * riesz_first_or_second(v, riesz_z(fabs(x), 0), 0).x;
}
static __device__ double riesz_yv(double v, double x) {
  if (x < 1e-100 && x > 0 && v > 0) return -tgamma(v) / riesz_pi * pow(2 / x, v);  // DLMF 10.7.4
  return x < 0 ? riesz_nan() : riesz_first_or_second(v, riesz_z(x, 0), 1).x;
}

// e^-|Re z| I_v(z) and, of z not left of 0, e^z K_v(z), of any real order: DLMF 10.27.2, 10.34.1
static __device__ __attribute__((noinline)) riesz_z riesz_ive(riesz_z v, riesz_z z) {
  if (z.x == 0 && z.y == 0) {
    return v.x == 0 ? 1.0 : v.x > 0 || v.x == floor(v.x) ? 0.0 : riesz_infinity();
  }
  const double a = fabs(v.x);
  const riesz_z w = z.x < 0 ? -z : z;
  const riesz_modified b = riesz_bessel(a, w);
  riesz_z y = b.i * riesz_exp(riesz_z(0, w.y));
  if (v.x < 0) y = y + 2 / riesz_pi * riesz_sinpi(a) * b.k * riesz_exp(riesz_z(-2 * w.x, -w.y));
  return z.x < 0 ? riesz_turn(z.y < 0 ? -2 * v.x : 2 * v.x) * y : y;
}
static __device__ riesz_z riesz_iv(riesz_z v, riesz_z z) {
  return exp(fabs(z.x)) * riesz_ive(v, z);
}
static __device__ riesz_z riesz_kv(riesz_z v, riesz_z z) {
  if (z.x == 0 && z.y == 0) return riesz_infinity();
  const double a = fabs(v.x);
  if (z.x >= 0) return riesz_exp(-z) * riesz_bessel(a, z).k;
  const riesz_modified b = riesz_bessel(a, -z);  // DLMF 10.34.2
  const double side = z.y < 0 ? -1 : 1;
  return riesz_turn(-2 * side * a) * (riesz_exp(z) * b.k) -
         riesz_z(0, side * riesz_pi) * (riesz_exp(-z) * b.i);
}
static __device__ __attribute__((noinline)) riesz_z riesz_kve(riesz_z v, riesz_z z) {
  if (z.x >= 0 && (z.x != 0 || z.y != 0)) return riesz_bessel(fabs(v.x), z).k;
  return riesz_exp(z) * riesz_kv(v, z);
}

static __device__ double riesz_ive(double v, double x) {
  if (x < 0 && v != floor(v)) return riesz_nan();
  const double sign = x < 0 && fmod(v, 2.0) != 0 ? -1 : 1;
  return sign * riesz_ive(riesz_z(v), riesz_z(fabs(x), 0)).x;
}
static __device__ double riesz_iv(double v, double x) { return exp(fabs(x)) * riesz_ive(v, x); }
static __device__ double riesz_kve(double v, double x) {
  return x < 0 ? riesz_nan() : riesz_kve(riesz_z(v), riesz_z(x, 0)).x;
}
static __device__ double riesz_kv(double v, double x) { return exp(-x) * riesz_kve(v, x); }

static __device__ double riesz_j0(double x) { return riesz_jv(0.0, x); }
static __device__ double riesz_j1(double x) { return riesz_jv(1.0, x); }
static __device__ double riesz_y0(double x) { return riesz_yv(0.0, x); }
static __device__ double riesz_y1(double x) { return riesz_yv(1.0, x); }
static __device__ double riesz_i0(double x) { return riesz_iv(0.0, x); }
static __device__ double riesz_i1(double x) { return riesz_iv(1.0, x); }
static __device__ double riesz_i0e(double x) { return riesz_ive(0.0, x); }
static __device__ double riesz_i1e(double x) { return riesz_ive(1.0, x); }
static __device__ double riesz_k0(double x) { return riesz_kv(0.0, x); }
static __device__ double riesz_k1(double x) { return riesz_kv(1.0, x); }
static __device__ double riesz_k0e(double x) { return riesz_kve(0.0, x); }
static __device__ double riesz_k1e(double x) { return riesz_kve(1.0, x); }
