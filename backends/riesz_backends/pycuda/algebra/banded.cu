// Linear systems with a band matrix of n rows, `lower` diagonals below the main one and `upper`
// above it. An exchange of rows moves entries up to `lower` places to the right, so that a row of
// U has up to lower + upper of them behind the diagonal: with room for these, row i of the work `w`
// holds A_ij at the place j - i + lower, 0 <= place < width = 2 lower + upper + 1.

struct riesz_banded_layout {
  long long n, lower, upper, columns;  // columns: right sides
  long long row, column;               // strides of the given diagonals in bytes
};

// P A = L U with partial pivoting: for k = 0, ..., n-1
//
//   p_k = argmax_{k <= i <= k + lower} |A_ik|,  rows k and p_k change places,
//   L_ik = A_ik / A_kk,  A_ij <- A_ij - L_ik A_kj    for k < i <= k + lower, k < j <= k + lower + upper,
//
// with L_ik = 0 where A_kk = 0. L_ik lies at l[k, i - k - 1]. One block of 256 threads: a thread has
// every 256th entry of what a step changes.
extern "C" __global__ void riesz_banded_factors(riesz_value *w, riesz_value *l, long long *pivots,
                                                const char *diagonals,
                                                const riesz_banded_layout s) {
  const long long t = threadIdx.x, width = 2 * s.lower + s.upper + 1, right = s.lower + s.upper;
  for (long long e = t; e < s.n * width; e += 256) {
    const long long i = e / width, place = e % width, j = i - s.lower + place;
    w[e] = riesz_value(0);
    if (0 <= j && j < s.n && place <= right)
      w[e] = *(const riesz_value *)(diagonals + (right - place) * s.row + j * s.column);
  }
  __syncthreads();
  for (long long k = 0; k < s.n; k++) {
    const long long last = k + s.lower < s.n ? k + s.lower : s.n - 1;
    riesz_value *const top = w + k * width + s.lower;  // A_kk; A_ik is i - k rows further down
    long long p = k;
    for (long long i = k + 1; i <= last; i++)
      if (riesz_modulus(top[(i - k) * (width - 1)]) > riesz_modulus(top[(p - k) * (width - 1)]))
        p = i;
    __syncthreads();
    for (long long j = t; j <= right; j += 256) {
      riesz_value &above = top[j], &below = top[(p - k) * (width - 1) + j];
      const riesz_value x = below;
      below = above;
      above = x;
    }
    if (t == 0) pivots[k] = p;
    __syncthreads();
    for (long long e = t; e < (last - k) * right; e += 256) {
      const long long i = e / right, j = e % right + 1;
      riesz_value *const row = top + (i + 1) * (width - 1);
      const bool zero = top[0] == riesz_value(0);
      const riesz_value factor = zero ? riesz_value(0) : riesz_quotient(row[0], top[0]);
      row[j] = riesz_fma(-factor, top[j], row[j]);
      if (j == 1) l[k * s.lower + i] = factor;
    }
    __syncthreads();
  }
}

// X <- A^-1 X by these factors: forwards with L and the exchanges, backwards with U. A thread has a
// right side. Grid: ceil(columns / 256) blocks of 256 threads.
extern "C" __global__ void riesz_banded_solve(riesz_value *x, const riesz_value *w,
                                              const riesz_value *l, const long long *pivots,
                                              const riesz_banded_layout s) {
  const long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x, m = s.columns;
  const long long width = 2 * s.lower + s.upper + 1, right = s.lower + s.upper;
  if (c >= m) return;
  x += c;
  for (long long k = 0; k < s.n; k++) {
    const riesz_value pivot = x[pivots[k] * m];
    x[pivots[k] * m] = x[k * m];
    x[k * m] = pivot;
    for (long long i = k + 1; i <= k + s.lower && i < s.n; i++)
      x[i * m] = riesz_fma(-l[k * s.lower + i - k - 1], pivot, x[i * m]);
  }
  for (long long k = s.n - 1; k >= 0; k--) {
    const riesz_value *const top = w + k * width + s.lower;
    riesz_value sum = x[k * m];
    for (long long j = 1; j <= right && k + j < s.n; j++)
      sum = riesz_fma(-top[j], x[(k + j) * m], sum);
    x[k * m] = riesz_quotient(sum, top[0]);
  }
}
