// Constants, and complex numbers as C99 and NumPy have them. No header is included, so that the
// runtime compiler needs none.
static __device__ __forceinline__ float riesz_infinityf() { return __int_as_float(0x7f800000); }
static __device__ __forceinline__ double riesz_infinity() {
  return __longlong_as_double(0x7ff0000000000000LL);
}
static __device__ __forceinline__ float riesz_nanf() { return __int_as_float(0x7fffffff); }
static __device__ __forceinline__ double riesz_nan() {
  return __longlong_as_double(0x7fffffffffffffffLL);
}

#define RIESZ_FUNCTION template <class R> static __device__ __forceinline__

// z = x + iy. A real number becomes one with imaginary part 0; a cast to a real number drops y.
template <class R>
struct __align__(2 * sizeof(R)) riesz_complex {
  R x, y;
  riesz_complex() = default;
  __device__ __forceinline__ riesz_complex(R x, R y) : x(x), y(y) {}
  __device__ __forceinline__ riesz_complex(R x) : x(x), y(0) {}
  template <class S>
  __device__ __forceinline__ explicit riesz_complex(const riesz_complex<S> &z)
      : x((R)z.x), y((R)z.y) {}
  template <class S>
  __device__ __forceinline__ explicit operator S() const { return (S)x; }

  friend __device__ __forceinline__ riesz_complex operator+(riesz_complex a, riesz_complex b) {
    return {a.x + b.x, a.y + b.y};
  }
  friend __device__ __forceinline__ riesz_complex operator-(riesz_complex a, riesz_complex b) {
    return {a.x - b.x, a.y - b.y};
  }
  friend __device__ __forceinline__ riesz_complex operator*(riesz_complex a, riesz_complex b) {
    return {a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x};
  }
  friend __device__ __forceinline__ riesz_complex operator-(riesz_complex a) {
    return {-a.x, -a.y};
  }
  friend __device__ __forceinline__ bool operator==(riesz_complex a, riesz_complex b) {
    return a.x == b.x && a.y == b.y;
  }
  friend __device__ __forceinline__ bool operator!=(riesz_complex a, riesz_complex b) {
    return a.x != b.x || a.y != b.y;
  }
};

RIESZ_FUNCTION riesz_complex<R> riesz_complex_of(R x, R y) { return {x, y}; }
RIESZ_FUNCTION R riesz_real(riesz_complex<R> z) { return z.x; }
RIESZ_FUNCTION R riesz_imag(riesz_complex<R> z) { return z.y; }
RIESZ_FUNCTION riesz_complex<R> riesz_conj(riesz_complex<R> z) { return {z.x, -z.y}; }

// e^x (cos y + i sin y); a real z stays real, also where e^x is infinite
RIESZ_FUNCTION riesz_complex<R> riesz_exp(riesz_complex<R> z) {
  const R e = exp(z.x);
  if (z.y == 0) return {e, z.y};
  if (e == 0) return {0, 0};
  return {e * cos(z.y), e * sin(z.y)};
}

// log |z| + i arg z; near |z| = 1 by log1p, where the logarithm of a rounded |z| has no digits
RIESZ_FUNCTION riesz_complex<R> riesz_log(riesz_complex<R> z) {
  const R a = fabs(z.x), b = fabs(z.y), large = a > b ? a : b, small = a > b ? b : a;
  const R r = hypot(z.x, z.y);
  const bool near = r > (R)0.5 && r < 2;
  const R logarithm = near ? log1p((large - 1) * (large + 1) + small * small) / 2 : log(r);
  return {logarithm, atan2(z.y, z.x)};
}

// The root with a real part >= 0, by the half of |z| + |x|, which does not cancel
RIESZ_FUNCTION riesz_complex<R> riesz_sqrt(riesz_complex<R> z) {
  if (z.x == 0 && z.y == 0) return {0, z.y};
  const R scale = fabs(z.x) > (R)1e30 || fabs(z.y) > (R)1e30 ? (R)4 : (R)1;
  const R x = z.x / scale, y = z.y / scale;
  const R half = sqrt((hypot(x, y) + fabs(x)) / 2), other = y / (2 * half), back = sqrt(scale);
  if (x >= 0) return {half * back, other * back};
  return {fabs(other) * back, copysign(half, y) * back};
}

// e^(p log z), and 0^p = 0 for p with a positive real part
RIESZ_FUNCTION riesz_complex<R> riesz_pow(riesz_complex<R> z, riesz_complex<R> p) {
  if (p.x == 0 && p.y == 0) return {1, 0};
  if (z.x == 0 && z.y == 0 && p.x > 0) return {0, 0};
  return riesz_exp(p * riesz_log(z));
}

RIESZ_FUNCTION riesz_complex<R> riesz_sinh(riesz_complex<R> z) {
  if (z.y == 0) return {sinh(z.x), z.y};
  return {sinh(z.x) * cos(z.y), cosh(z.x) * sin(z.y)};
}
RIESZ_FUNCTION riesz_complex<R> riesz_cosh(riesz_complex<R> z) {
  if (z.y == 0) return {cosh(z.x), sinh(z.x) * z.y};
  return {cosh(z.x) * cos(z.y), sinh(z.x) * sin(z.y)};
}

// (sinh 2x + i sin 2y) / (cosh 2x + cos 2y), written so that neither overflows nor cancels
RIESZ_FUNCTION riesz_complex<R> riesz_tanh(riesz_complex<R> z) {
  if (fabs(z.x) > 20) return {copysign((R)1, z.x), 4 * sin(z.y) * cos(z.y) * exp(-2 * fabs(z.x))};
  const R t = tan(z.y), s = sinh(z.x), beta = 1 + t * t, rho = sqrt(1 + s * s);
  const R denominator = 1 + beta * s * s;
  return {beta * rho * s / denominator, t / denominator};
}

// sin z = -i sinh iz, cos z = cosh iz, tan z = -i tanh iz
RIESZ_FUNCTION riesz_complex<R> riesz_sin(riesz_complex<R> z) {
  const riesz_complex<R> w = riesz_sinh(riesz_complex<R>(-z.y, z.x));
  return {w.y, -w.x};
}
RIESZ_FUNCTION riesz_complex<R> riesz_cos(riesz_complex<R> z) {
  return riesz_cosh(riesz_complex<R>(-z.y, z.x));
}
RIESZ_FUNCTION riesz_complex<R> riesz_tan(riesz_complex<R> z) {
  const riesz_complex<R> w = riesz_tanh(riesz_complex<R>(-z.y, z.x));
  return {w.y, -w.x};
}
