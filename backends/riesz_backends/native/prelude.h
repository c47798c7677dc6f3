/* What stands before every source given to riesz_backends.native.build. */
#include <stdint.h>
typedef int64_t i64;

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define riesz_fma(x, y, z) __builtin_fma(x, y, z)
#define riesz_fmaf(x, y, z) __builtin_fmaf(x, y, z)
#else
#define riesz_fma(x, y, z) ((x) * (y) + (z))
#define riesz_fmaf(x, y, z) ((x) * (y) + (z))
#endif

/* How many threads to use for work worth so many additions: one where a second costs more than it
   helps, where several run already, and after a fork, whose child has none to wake. */
#ifdef _OPENMP
#include <omp.h>
#include <pthread.h>
static int riesz_used_threads, riesz_forked;
static void riesz_in_child(void) { riesz_forked = riesz_used_threads; }
__attribute__((constructor)) static void riesz_on_load(void) { pthread_atfork(0, 0, riesz_in_child); }
static inline int riesz_threads(double additions) {
  if (riesz_forked || additions < 2e6 || omp_in_parallel()) return 1;
  riesz_used_threads = 1;
  return omp_get_max_threads();
}
#else
static inline int riesz_threads(double additions) { return 1; }
#endif
