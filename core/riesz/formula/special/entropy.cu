// Relative entropies, as SciPy's: x log(x / y), and that - x + y.

static __device__ double riesz_rel_entr(double x, double y) {
  const double q = x / y;
  if (x != x || y != y) return riesz_nan();
  if (!(x > 0 && y > 0)) return x == 0 && y >= 0 ? 0 : riesz_infinity();
  if (q > 0.5 && q < 2) return x * log1p((x - y) / y);
  return x * (q > 0 && q < riesz_infinity() ? log(q) : log(x) - log(y));
}
static __device__ double riesz_kl_div(double x, double y) {
  if (x != x || y != y) return riesz_nan();
  if (!(x > 0 && y > 0)) return x == 0 && y >= 0 ? y : riesz_infinity();
  return x * log(x / y) - x + y;
}
