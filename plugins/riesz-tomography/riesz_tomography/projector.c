/* Projection along rays, and its transpose, of one image whose lines are contiguous.

   Each line has two pixels of padding at both ends, so that a ray beside the image needs no branch:
   its place is moved onto the padding. `real` is float or double; places are computed in double, by
   the expression of rays.py.

   A ray, and a line of the transposed image, belong to one thread, which adds in a fixed order: the
   result does not depend on the number of threads. */
enum { RAYS = 128 };  /* worked on together: their sums and places stay in the first-level cache */
enum { LINES = 8 };   /* of the transposed image that a thread holds in its cache */
enum { PAD = 2 };

typedef struct {
  i64 lines, pixels, rays;
  const i64 *ray; /* place in the sinogram */
  const double *centre, *slope, *length;
} family;

static inline i64 least(i64 a, i64 b) { return a < b ? a : b; }
static int threads_of(const family *g) { return riesz_threads(6.0 * (double)g->rays * (double)g->lines); }
static inline double middle(const family *g) { return 0.5 * (double)(g->lines - 1); }

/* Where a ray meets line t, counted from the first pixel of padding. */
static inline double place(double centre, double slope, double t, double end) {
  double c = centre + slope * t;
  c = c < -PAD ? -PAD : c;
  c = c > end ? end : c;
  return c + PAD;
}

/* The lines on which some ray of a block is within the image. */
static void reach(const family *g, i64 from, i64 to, i64 *first, i64 *last) {
  double low = 1e300, high = -1e300;
  for (i64 k = from; k < to; k++) {
    double s = g->slope[k], t0 = (-1 - g->centre[k]) / s, t1 = ((double)g->pixels - g->centre[k]) / s;
    if (!(s * s > 1e-24)) t0 = -1e18, t1 = 1e18;
    low = t0 < low ? t0 : low, low = t1 < low ? t1 : low;
    high = t0 > high ? t0 : high, high = t1 > high ? t1 : high;
  }
  double end = (double)g->lines, a = low + middle(g) - 1, b = high + middle(g) + 2;
  *first = (i64)(a < 0 ? 0 : a > end ? end : a);
  *last = (i64)(b < 0 ? 0 : b > end ? end : b);
}

#define FUNCTIONS(real, NAME)                                                                     \
  void riesz_tomography_project_##NAME(const family *g, const real *image, real *sinogram) {                 \
    const i64 width = g->pixels + 2 * PAD;                                                        \
    const double end = (double)g->pixels;                                                         \
    _Pragma("omp parallel for schedule(dynamic, 4) num_threads(threads_of(g))")                   \
    for (i64 from = 0; from < g->rays; from += RAYS) {                                            \
      i64 n = least(RAYS, g->rays - from), first, last;                                           \
      const double *centre = g->centre + from, *slope = g->slope + from;                          \
      double sum[RAYS] = {0};                                                                     \
      reach(g, from, from + n, &first, &last);                                                    \
      for (i64 line = first; line < last; line++) {                                               \
        const double t = (double)line - middle(g);                                                \
        const real *x = image + line * width;                                                     \
        _Pragma("omp simd")                                                                       \
        for (i64 k = 0; k < n; k++) {                                                             \
          double c = place(centre[k], slope[k], t, end);                                          \
          int32_t j = (int32_t)c;                                                                 \
          double above = c - j;                                                                   \
          sum[k] += (1 - above) * x[j] + above * x[j + 1];                                        \
        }                                                                                         \
      }                                                                                           \
      for (i64 k = 0; k < n; k++)                                                                 \
        sinogram[g->ray[from + k]] = (real)(g->length[from + k] * sum[k]);                        \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  void riesz_tomography_backproject_##NAME(const family *g, const real *sinogram, real *image) {             \
    const i64 width = g->pixels + 2 * PAD;                                                        \
    const double end = (double)g->pixels;                                                         \
    _Pragma("omp parallel for schedule(dynamic, 1) num_threads(threads_of(g))")                   \
    for (i64 top = 0; top < g->lines; top += LINES) {                                             \
      for (i64 from = 0; from < g->rays; from += RAYS) {                                          \
        i64 n = least(RAYS, g->rays - from), first, last;                                         \
        const double *centre = g->centre + from, *slope = g->slope + from;                        \
        real given[RAYS], lower[RAYS], upper[RAYS];                                               \
        int32_t to[RAYS];                                                                         \
        reach(g, from, from + n, &first, &last);                                                  \
        first = first < top ? top : first, last = least(last, top + LINES);                       \
        if (first >= last) continue;                                                              \
        for (i64 k = 0; k < n; k++)                                                               \
          given[k] = (real)(g->length[from + k] * sinogram[g->ray[from + k]]);                    \
        for (i64 line = first; line < last; line++) {                                             \
          const double t = (double)line - middle(g);                                              \
          real *x = image + line * width;                                                         \
          _Pragma("omp simd")                                                                     \
          for (i64 k = 0; k < n; k++) {                                                           \
            double c = place(centre[k], slope[k], t, end);                                        \
            int32_t j = (int32_t)c;                                                               \
            real above = (real)(c - j);                                                           \
            to[k] = j, upper[k] = above * given[k], lower[k] = (1 - above) * given[k];            \
          }                                                                                       \
          for (i64 k = 0; k < n; k++) x[to[k]] += lower[k], x[to[k] + 1] += upper[k];             \
        }                                                                                         \
      }                                                                                           \
    }                                                                                             \
  }

FUNCTIONS(float, float32)
FUNCTIONS(double, float64)
