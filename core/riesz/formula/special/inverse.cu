// Inverse trigonometric and hyperbolic functions of complex numbers, cut as C99's and NumPy's.
// W. Kahan, Branch cuts for complex elementary functions, in: The State of the Art in Numerical
// Analysis, 1987, 165-211.

static __device__ riesz_z riesz_arcsin(riesz_z z) {
  const riesz_z low = riesz_sqrt(riesz_z(1 - z.x, -z.y)), high = riesz_sqrt(riesz_z(1 + z.x, z.y));
  return {atan2(z.x, (low * high).x), asinh((riesz_conj(low) * high).y)};
}
static __device__ riesz_z riesz_arccos(riesz_z z) {
  const riesz_z low = riesz_sqrt(riesz_z(1 - z.x, -z.y)), high = riesz_sqrt(riesz_z(1 + z.x, z.y));
  return {2 * atan2(low.x, high.x), asinh((riesz_conj(high) * low).y)};
}
static __device__ riesz_z riesz_arccosh(riesz_z z) {
  const riesz_z low = riesz_sqrt(riesz_z(z.x - 1, z.y)), high = riesz_sqrt(riesz_z(z.x + 1, z.y));
  return {asinh((riesz_conj(low) * high).x), 2 * atan2(low.y, high.x)};
}
static __device__ riesz_z riesz_arcsinh(riesz_z z) {  // -i arcsin(iz)
  const riesz_z y = riesz_arcsin(riesz_z(-z.y, z.x));
  return {y.y, -y.x};
}
static __device__ riesz_z riesz_arctanh(riesz_z z) {
  const double side = 1 - z.x, square = side * side + z.y * z.y;
  return {log1p(4 * z.x / square) / 4, atan2(2 * z.y, side * (1 + z.x) - z.y * z.y) / 2};
}
static __device__ riesz_z riesz_arctan(riesz_z z) {  // -i arctanh(iz)
  const riesz_z y = riesz_arctanh(riesz_z(-z.y, z.x));
  return {y.y, -y.x};
}

// log |1 + z| + i arg(1 + z)
static __device__ riesz_z riesz_log1p(riesz_z z) {
  return {log(hypot(z.x + 1, z.y)), atan2(z.y, z.x + 1)};
}
