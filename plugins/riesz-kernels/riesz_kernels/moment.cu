// out_i = c sum_j phi(|D|^2) exp(alpha_i + beta_j) <D^q, b_j> D^r,   D = x_i - y_j
//
// What comes before this text is printed for phi, q and r: the type `real`; how many numbers x_i (D),
// b_j (DEPTH), out_i (WIDTH) and the sums (SUMS) are; LOG, whether there are alpha and beta;
// riesz_kernels_add(s, x, alpha, y, b, beta), which adds the terms of one pair to the sums s; and
// riesz_kernels_store(out, s), which stores c times the sums.
//
// A thread has one row i; y, b and beta go through shared memory, TILE of them at a time. The sums of
// a tile are added up before they are added to the others: so fewer digits are lost, and always the
// same ones. Grid: ceil(N / THREADS) blocks of THREADS threads.

// n numbers into shared memory, by all threads of the block.
static __device__ __forceinline__ void riesz_kernels_load(real *tile, const real *from, int n) {
  for (int k = threadIdx.x; k < n; k += THREADS) tile[k] = from[k];
}

extern "C" __global__ void __launch_bounds__(THREADS)
riesz_kernels_moment(real *out, const real *x, const real *y, const real *b, const real *alpha,
                     const real *beta, long long N, long long M) {
  __shared__ real ys[TILE * D], bs[TILE * DEPTH], betas[LOG ? TILE : 1];
  const long long i = (long long)blockIdx.x * THREADS + threadIdx.x;
  const long long row = i < N ? i : N - 1;  // beyond the last row there are barriers to be met
  real point[D], total[SUMS];
  for (int k = 0; k < D; k++) point[k] = x[row * D + k];
  for (int k = 0; k < SUMS; k++) total[k] = 0;
  const real a = LOG ? alpha[row] : real(0);
  for (long long first = 0; first < M; first += TILE) {
    const int n = M - first < TILE ? int(M - first) : int(TILE);
    riesz_kernels_load(ys, y + first * D, n * D);
    riesz_kernels_load(bs, b + first * DEPTH, n * DEPTH);
    if (LOG) riesz_kernels_load(betas, beta + first, n);
    __syncthreads();
    real s[SUMS];
    for (int k = 0; k < SUMS; k++) s[k] = 0;
    for (int j = 0; j < n; j++)
      riesz_kernels_add(s, point, &a, ys + j * D, bs + j * DEPTH, betas + (LOG ? j : 0));
    for (int k = 0; k < SUMS; k++) total[k] += s[k];
    __syncthreads();
  }
  if (i < N) riesz_kernels_store(out + i * WIDTH, total);
}
