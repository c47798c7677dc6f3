// What the special functions share. All of them compute in double precision, also for single
// precision arguments: a series or a recurrence loses digits that single precision has not.
typedef riesz_complex<double> riesz_z;

constexpr double riesz_pi = 3.141592653589793, riesz_eps = 2.220446049250313e-16;

static __device__ double riesz_modulus(riesz_z z) { return hypot(z.x, z.y); }
static __device__ double riesz_modulus(double x) { return fabs(x); }
static __device__ double riesz_log(double x) { return log(x); }

// a / b by Smith's algorithm
static __device__ riesz_z riesz_over(riesz_z a, riesz_z b) {
  if (fabs(b.x) >= fabs(b.y)) {
    const double r = b.y / b.x, d = b.x + b.y * r;
    return {(a.x + a.y * r) / d, (a.y - a.x * r) / d};
  }
  const double r = b.x / b.y, d = b.x * r + b.y;
  return {(a.x * r + a.y) / d, (a.y * r - a.x) / d};
}
static __device__ double riesz_over(double a, double b) { return a / b; }

// sin pi x and cos pi x, exact at integers and halves
static __device__ double riesz_sinpi(double x) {
  const double r = fmod(fabs(x), 2.0), t = r > 1 ? r - 1 : r;
  const double sign = (x < 0) != (r > 1) ? -1.0 : 1.0;
  return sign * (t == 1 ? 0 : sin(riesz_pi * (t > 0.5 ? 1 - t : t)));
}
static __device__ double riesz_cospi(double x) {
  const double r = fmod(fabs(x), 2.0), t = r > 1 ? 2 - r : r;
  return t == 0.5 ? 0 : t > 0.5 ? -cos(riesz_pi * (1 - t)) : cos(riesz_pi * t);
}
