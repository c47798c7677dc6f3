/* Sum_i c_i sum_j exp(-|x_i - y_j|^2 / (2 s^2)) b_j in three dimensions, and its gradient in x (where g
   is not null) in the same loop: what a programmer would write for this one function. */
#include <math.h>

double hand(const double *x, const double *y, const double *b, const double *c, double *g, long n, long m,
            double s) {
  const double *y0 = y, *y1 = y + m, *y2 = y + 2 * m, w = -0.5 / (s * s), slope = -1 / (s * s);
  double value = 0;
#pragma omp parallel for reduction(+ : value) schedule(static)
  for (long i = 0; i < n; i++) {
    const double x0 = x[3 * i], x1 = x[3 * i + 1], x2 = x[3 * i + 2];
    double sum = 0, g0 = 0, g1 = 0, g2 = 0;
#pragma omp simd reduction(+ : sum, g0, g1, g2)
    for (long j = 0; j < m; j++) {
      const double d0 = x0 - y0[j], d1 = x1 - y1[j], d2 = x2 - y2[j];
      const double k = exp(w * (d0 * d0 + d1 * d1 + d2 * d2)) * b[j];
      sum += k;
      g0 += k * d0;
      g1 += k * d1;
      g2 += k * d2;
    }
    value += c[i] * sum;
    if (g) {
      g[3 * i] = slope * c[i] * g0;
      g[3 * i + 1] = slope * c[i] * g1;
      g[3 * i + 2] = slope * c[i] * g2;
    }
  }
  return value;
}
