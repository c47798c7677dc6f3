// out_i = log sum_j phi(|x_i - y_j|^2) exp(b_j)
//
// What comes before this text is printed for phi: the type `real`; how many numbers x_i is (D); and
// riesz_kernels_term(z, s, x, y, b), which finds z and s such that phi(t) exp(b_j) = s exp(z).
//
// A thread has one row i; y and b go through shared memory, TILE of them at a time. Of each tile the
// largest z is found first and taken out of the exponents, and out of what was added up before.
// Grid: ceil(N / THREADS) blocks of THREADS threads.

// x, but 0 where it is infinite: what is subtracted from exponents.
static __device__ __forceinline__ real riesz_kernels_finite(real x) { return x - x == 0 ? x : real(0); }

extern "C" __global__ void __launch_bounds__(THREADS)
riesz_kernels_logsumexp(real *out, const real *x, const real *y, const real *b, long long N,
                        long long M) {
  __shared__ real ys[TILE * D], bs[TILE];
  const long long i = (long long)blockIdx.x * THREADS + threadIdx.x;
  const long long row = i < N ? i : N - 1;  // beyond the last row there are barriers to be met
  real point[D], top = log(real(0)), total = 0, z, s;
  for (int k = 0; k < D; k++) point[k] = x[row * D + k];
  for (long long first = 0; first < M; first += TILE) {
    const int n = M - first < TILE ? int(M - first) : int(TILE);
    for (int k = threadIdx.x; k < n * D; k += THREADS) ys[k] = y[first * D + k];
    for (int k = threadIdx.x; k < n; k += THREADS) bs[k] = b[first + k];
    __syncthreads();
    real higher = top, sum = 0;
    for (int j = 0; j < n; j++) {
      riesz_kernels_term(z, s, point, ys + j * D, bs + j);
      if (z > higher) higher = z;
    }
    const real m = riesz_kernels_finite(higher);
    for (int j = 0; j < n; j++) {
      riesz_kernels_term(z, s, point, ys + j * D, bs + j);
      sum += s * exp(z - m);
    }
    total = total * exp(top - m) + sum;
    top = higher;
    __syncthreads();
  }
  if (i < N) out[i] = riesz_kernels_finite(top) + log(total);
}
