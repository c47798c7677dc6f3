// Cholesky factors of matrices of at most RIESZ_BLOCK rows.

struct riesz_cholesky_layout {
  long long n;
  riesz_matrices a;
};

// L L^H = A by the lower triangle of A, whose place L takes, zeros above it: for j = 0, ..., n-1
//
//   d_j = A_jj,   A_ik <- A_ik - (A_ij / d_j) conj(A_kj) for j < k <= i,
//
// and then L_ij = A_ij / sqrt(d_j). Where d_j > 0 does not hold, L_jj is 0 or NaN.
// One block of RIESZ_BLOCK x RIESZ_ROWS threads per matrix; a thread has a column of entries.
extern "C" __global__ void riesz_cholesky(char *a, const riesz_cholesky_layout s) {
  __shared__ riesz_value l[RIESZ_BLOCK][RIESZ_BLOCK + 1];
  const int k = threadIdx.x, row = threadIdx.y, n = (int)s.n;
  a += blockIdx.x * s.a.batch;
  for (int i = row; i < n; i += RIESZ_ROWS)
    if (k <= i) l[i][k] = riesz_entry(a, s.a, i, k);
  __syncthreads();
  for (int j = 0; j < n; j++) {
    const riesz_value d(riesz_real(l[j][j]));
    for (int i = j + 1 + row; i < n; i += RIESZ_ROWS)
      if (j < k)
        l[i][k] = riesz_fma(-riesz_quotient(l[i][j], d), riesz_conj(l[k][j]), l[i][k]);
    __syncthreads();
  }
  for (int i = row; i < n; i += RIESZ_ROWS) {
    if (k >= n) continue;
    const riesz_value root(sqrt(riesz_real(l[k][k])));
    const riesz_value diagonal_or_zero = k == i ? root : riesz_value(0);
    riesz_entry(a, s.a, i, k) = k < i ? riesz_quotient(l[i][k], root) : diagonal_or_zero;
  }
}
