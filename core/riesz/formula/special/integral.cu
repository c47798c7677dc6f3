// Exponential and elliptic integrals, the dilogarithm, Lambert's function.

// E_1(z) by its series, DLMF 6.6.2, near 0 and along the cut, else by its continued fraction,
// 6.9.1, from the tail
static __device__ riesz_z riesz_exp1(riesz_z z) {
  const double r = riesz_modulus(z);
  if (r == 0) return riesz_infinity();
  if (r < 1 || (z.x < -fabs(z.y) && r < 40)) {
    riesz_z term = -1.0, sum = 0.0;
    for (int k = 1; k < 200; k++) {
      term = term * -z * (1.0 / k);
      sum = sum + term * (1.0 / k);
      if (riesz_modulus(term) < riesz_eps / 8 * k * riesz_modulus(sum)) break;
    }
    return sum - 0.5772156649015329 - riesz_log(z);
  }
  riesz_z tail = 0.0;
  for (int k = 20 + (int)(200 / (r + z.x)); k > 0; k--) {
    tail = riesz_over(riesz_z(k), 1.0 + riesz_over(riesz_z(k), z + tail));
  }
  return riesz_over(riesz_exp(-z), z + tail);
}

// Ei(z) = -E_1(-z) +- i pi, real on both half axes; DLMF 6.2.5, 6.12.2 for large x
static __device__ riesz_z riesz_expi(riesz_z z) {
  const riesz_z y = -riesz_exp1(-z);
  if (z.y == 0) return {y.x, z.y};
  return {y.x, y.y + copysign(riesz_pi, z.y)};
}
static __device__ double riesz_exp1(double x) {
  return x == 0 ? riesz_infinity() : x < 0 ? riesz_nan() : riesz_exp1(riesz_z(x, 0)).x;
}
static __device__ double riesz_expi(double x) {
  if (x > 720) return riesz_infinity();
  if (x <= 0) return x == 0 ? -riesz_infinity() : -riesz_exp1(-x);
  double term = 1, sum = 0;
  if (x < 40) {
    for (int k = 1; k < 200; k++) {
      term *= x / k;
      sum += term / k;
      if (term < riesz_eps / 8 * sum) break;
    }
    return sum + (0.5772156649015329 + log(x));
  }
  for (int k = 1; k < x && term > riesz_eps / 8; k++) sum += term, term *= k / x;
  return exp(x) / x * sum;
}

// The arithmetic-geometric mean of 1 and sqrt(1 - m) gives both, DLMF 19.8.5 and 19.8.6
static __device__ void riesz_elliptic(double m, double &k, double &e) {
  double a = 1, b = sqrt(1 - m), sum = m / 2, weight = 0.5;
  for (int n = 0; n < 12 && fabs(a - b) > riesz_eps * a; n++) {
    const double c = (a - b) / 2;
    weight *= 2;
    sum += weight * c * c;
    b = sqrt(a * b);
    a -= c;
  }
  k = riesz_pi / (a + b);
  e = k * (1 - sum);
}
static __device__ double riesz_ellipk(double m) {
  if (m == 1) return riesz_infinity();
  double k, e;
  riesz_elliptic(m, k, e);
  return k;
}
static __device__ double riesz_ellipe(double m) {
  if (m == 1 || m == -riesz_infinity()) return m == 1 ? 1 : riesz_infinity();
  double k, e;
  riesz_elliptic(m, k, e);
  return e;
}

// Li_2(x) for |x| <= 1, Re x <= 1/2: the series in u = -log(1 - x) with Bernoulli's numbers.
// G. 't Hooft and M. Veltman, Scalar one-loop integrals, Nucl. Phys. B 153 (1979), 365-401.
template <class T> static __device__ T riesz_dilogarithm(T x, T one_less_x) {
  const double c[11] = {0.027777777777777776,    -0.0002777777777777778,  4.72411186696901e-06,
                        -9.185773074661964e-08,  1.8978869988971e-09,     -4.0647616451442256e-11,
                        8.921691020456452e-13,   -1.9939295860721074e-14, 4.518980029619918e-16,
                        -1.0356517612181247e-17, 2.395218621026187e-19};  // B_2k / (2k + 1)!
  T u = -riesz_log(one_less_x);
  if (riesz_modulus(x) < 1e-3) {  // 1 - x has lost digits of x
    u = x * (1.0 + x * (0.5 + x * (1.0 / 3 + x * (0.25 + x * (0.2 + x * (1.0 / 6))))));
  }
  T sum = 0.0;
  for (int k = 10; k >= 0; k--) sum = sum * u * u + c[k];
  return u - 0.25 * u * u + u * u * u * sum;
}

// Li_2(1 - z) at any z by DLMF 25.12.4 and 25.12.6
template <class T> static __device__ T riesz_spence_of(T z) {
  const double sixth = 1.6449340668482264;  // pi^2 / 6
  if (riesz_modulus(z) < 0.5) {
    return sixth - riesz_log(z) * riesz_log(1.0 - z) - riesz_dilogarithm(z, 1.0 - z);
  }
  if (riesz_modulus(z - 1.0) <= 1) return riesz_dilogarithm(1.0 - z, z);
  const T below = z - 1.0, l = riesz_log(below);
  return -(riesz_dilogarithm(riesz_over(T(-1), below), riesz_over(z, below)) + sixth + 0.5 * l * l);
}
static __device__ double riesz_spence(double x) {
  if (!(x > 0 && x < riesz_infinity())) return x == 0 ? 1.6449340668482264 : riesz_nan();
  if (x == 1) return 0;
  return riesz_spence_of(x);
}
static __device__ riesz_z riesz_spence(riesz_z z) {
  if (z.x == 1 && z.y == 0) return 0.0;
  if (z.x == 0 && z.y == 0) return 1.6449340668482264;
  return riesz_spence_of(z);
}

// The branch k of w exp(w) = z by Halley's iteration.
// R. M. Corless, G. H. Gonnet, D. E. G. Hare, D. J. Jeffrey and D. E. Knuth, On the Lambert W
// function, Adv. Comput. Math. 5 (1996), 329-359, with their first guesses (4.18) and (4.22).
static __device__ riesz_z riesz_lambertw(riesz_z z, riesz_z branch) {
  const int k = (int)branch.x;
  const bool below = copysign(1.0, z.y) < 0;  // also on the lower side of the cut
  if (z.x == 0 && z.y == 0) return k == 0 ? riesz_z(0.0) : riesz_z(-riesz_infinity());
  if (z != z) return z;
  const riesz_z turn(0, 2 * k * riesz_pi);
  if (!(riesz_modulus(z) < riesz_infinity())) {
    return riesz_z(riesz_infinity(), turn.y + (z.x < 0 ? riesz_pi : 0));
  }
  const riesz_z p = riesz_sqrt(riesz_z(2 * (2.718281828459045 * z.x + 1), 5.43656365691809 * z.y));
  const bool near = riesz_modulus(z + 0.36787944117144233) < 0.3;
  riesz_z w;
  if (near && k == 0) w = -1.0 + p * (1.0 - p * (1.0 / 3));
  else if (near && k == (below ? 1 : -1)) w = -1.0 - p * (1.0 + p * (1.0 / 3));
  else if (k == 0 && riesz_modulus(z) < 1.5 && z.x > -0.5) w = riesz_over(z, 1.0 + z);
  else {
    const riesz_z l = riesz_log(z) + turn;
    w = l - riesz_log(l);
  }
  for (int n = 0; n < 30; n++) {
    const riesz_z up = w + 1.0;
    if (up.x == 0 && up.y == 0) break;
    riesz_z f, slope = up;  // of w e^w - z, over e^w where that is large
    if (w.x >= 0) {
      f = w - z * riesz_exp(-w);
    } else {
      const riesz_z e = riesz_exp(w);
      f = w * e - z;
      slope = e * up;
    }
    const riesz_z step = riesz_over(f, slope - riesz_over((w + 2.0) * f, 2.0 * up));
    w = w - step;
    if (riesz_modulus(step) < riesz_eps * riesz_modulus(w)) break;
  }
  return w;
}
