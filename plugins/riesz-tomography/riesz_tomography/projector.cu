// Projection along rays, and its transpose, of planes of numbers: the slices, and of complex numbers
// their real and imaginary parts. What comes before this text is the type `real`.
//
// A ray meets line t, counted from the middle one, at c = centre + slope t, and gives
// riesz_tomography_weight to pixel j of that line: the expression of rays.py, in double precision,
// without fused additions. Both kernels gather with it: a ray from its pixels, a pixel from the rays
// that meet it. Nothing is written twice, and every sum has one order.
// Grid of both: (ceil(rays or pixels / 256), planes, at most 65535 at once), blocks of 256 threads.

enum { THREADS = 256 };

// One family of rays: `Rays` of rays.py.
struct riesz_tomography_rays {
  const double *centre, *slope, *length;
  long long lines, pixels;
};

// Where plane k begins, of planes of so many numbers, each of which has `parts`.
static __device__ __forceinline__ long long riesz_tomography_plane(long long k, long long numbers,
                                                                   long long parts) {
  return k / parts * numbers * parts + k % parts;
}

static __device__ __forceinline__ double riesz_tomography_place(const riesz_tomography_rays &g,
                                                                long long k, long long line) {
  return g.centre[k] + g.slope[k] * (double(line) - 0.5 * double(g.lines - 1));
}

// length (1 - |c - j|) for the two pixels next to c.
static __device__ __forceinline__ real riesz_tomography_weight(double c, double j, double length) {
  const double first = floor(c), above = c - first;
  return real((j == first ? 1 - above : j == first + 1 ? above : 0.0) * length);
}

// y_k = sum over the lines, and the two pixels j of each, of weight(k, j) x_j.
extern "C" __global__ void __launch_bounds__(THREADS)
riesz_tomography_project(real *y, const real *x, const long long *ray, const double *centre,
                         const double *slope, const double *length, long long rays,
                         long long lines, long long pixels, long long step, long long stride,
                         long long numbers, long long planes, long long parts) {
  const long long k = (long long)blockIdx.x * THREADS + threadIdx.x;
  if (k >= rays) return;
  const riesz_tomography_rays g = {centre, slope, length, lines, pixels};
  for (long long plane = blockIdx.y; plane < planes; plane += gridDim.y) {
    const real *image = x + riesz_tomography_plane(plane, lines * pixels, parts);
    real sum = 0;
    for (long long line = 0; line < lines; line++) {
      const double c = riesz_tomography_place(g, k, line), first = floor(c);
      for (int side = 0; side < 2; side++) {
        const double j = first + side;
        if (j < 0 || j >= double(pixels)) continue;
        const long long p = (long long)j * stride + line * step;
        sum += riesz_tomography_weight(c, j, length[k]) * image[p * parts];
      }
    }
    y[riesz_tomography_plane(plane, numbers, parts) + ray[k] * parts] = sum;
  }
}

// The first ray from `begin` on that meets the line at `least` or beyond: c grows within a run.
static __device__ __forceinline__ long long riesz_tomography_first(const riesz_tomography_rays &g,
                                                                   long long line, double least,
                                                                   long long begin,
                                                                   long long end) {
  while (begin < end) {
    const long long middle = (begin + end) / 2;
    if (riesz_tomography_place(g, middle, line) >= least)
      end = middle;
    else
      begin = middle + 1;
  }
  return begin;
}

// x_j += sum over the rays k that meet the line of pixel j next to it of weight(k, j) a_k.
extern "C" __global__ void __launch_bounds__(THREADS)
riesz_tomography_backproject(real *x, const real *a, const long long *ray, const double *centre,
                             const double *slope, const double *length, const long long *run,
                             long long runs, long long lines, long long pixels, long long step,
                             long long stride, long long numbers, long long planes,
                             long long parts) {
  const long long p = (long long)blockIdx.x * THREADS + threadIdx.x;
  if (p >= lines * pixels) return;
  const riesz_tomography_rays g = {centre, slope, length, lines, pixels};
  const long long line = p / step % lines;
  const double j = double(p / stride % pixels);
  for (long long plane = blockIdx.y; plane < planes; plane += gridDim.y) {
    const real *sinogram = a + riesz_tomography_plane(plane, numbers, parts);
    real sum = 0;
    for (long long r = 0; r < runs; r++)
      for (long long k = riesz_tomography_first(g, line, j - 1, run[r], run[r + 1]);
           k < run[r + 1]; k++) {
        const double c = riesz_tomography_place(g, k, line);
        if (c >= j + 1) break;
        sum += riesz_tomography_weight(c, j, length[k]) * sinogram[ray[k] * parts];
      }
    x[riesz_tomography_plane(plane, lines * pixels, parts) + p * parts] += sum;
  }
}
