// Factors of P A = L U with partial pivoting, of at most RIESZ_BLOCK columns, and exchanges of rows.

struct riesz_lu_layout {
  long long rows, columns, first, pivots;  // of the panel; its first row; pivots of a whole matrix
  riesz_matrices a;
};

struct riesz_exchange_layout {
  long long columns, tiles, begin, end, pivots;  // tiles: ceil(columns / 256); pivots: their stride
  riesz_matrices a;
};

struct riesz_candidate {
  decltype(riesz_modulus(riesz_value(0))) modulus;
  long long row;
};

// The larger one, of equal ones the upper; NaN before all, so that it is found in the result.
static __device__ __forceinline__ riesz_candidate riesz_better(riesz_candidate a,
                                                               riesz_candidate b) {
  const bool lost = a.modulus != a.modulus, found = b.modulus != b.modulus;
  const bool larger = lost == found ? b.modulus > a.modulus : found;
  const bool tie = lost == found && (lost || a.modulus == b.modulus);
  return larger || (tie && b.row < a.row) ? b : a;
}

// A panel of whole rows, of which those before `first` are done: for j = 0, ..., columns-1 and with
// k = first + j
//
//   p_k = argmax_{i >= k} |A_ij|,  rows k and p_k change places,
//   A_ij <- A_ij / A_kj,  A_ic <- A_ic - A_ij A_kc      for i > k, c > j,
//
// without the division where A_kj = 0. One block of 256 threads per matrix: a thread of the search
// and of the division has every 256th row, one of the update a column and every 8th row.
extern "C" __global__ void riesz_lu_panel(char *a, long long *pivots, const riesz_lu_layout s) {
  __shared__ riesz_candidate of_warps[8];
  __shared__ riesz_value top[RIESZ_BLOCK];
  const int t = threadIdx.x, lane = t % 32, warp = t / 32;
  a += blockIdx.x * s.a.batch;
  pivots += blockIdx.x * s.pivots;
  for (long long j = 0, k = s.first; j < s.columns; j++, k++) {
    riesz_candidate best = {-1, s.rows};
    for (long long i = k + t; i < s.rows; i += 256)
      best = riesz_better(best, {riesz_modulus(riesz_entry(a, s.a, i, j)), i});
    for (int d = 16; d > 0; d /= 2)
      best = riesz_better(best, {__shfl_down_sync(0xffffffffu, best.modulus, d),
                                 __shfl_down_sync(0xffffffffu, best.row, d)});
    if (lane == 0) of_warps[warp] = best;
    __syncthreads();
    best = of_warps[0];
    for (int w = 1; w < 8; w++) best = riesz_better(best, of_warps[w]);
    if (t < s.columns) {
      riesz_value &upper = riesz_entry(a, s.a, k, t), &lower = riesz_entry(a, s.a, best.row, t);
      top[t] = lower;
      lower = upper;
      upper = top[t];
    }
    if (t == 0) pivots[k] = best.row;
    __syncthreads();
    if (top[j] != riesz_value(0))
      for (long long i = k + 1 + t; i < s.rows; i += 256) {
        riesz_value &x = riesz_entry(a, s.a, i, j);
        x = riesz_quotient(x, top[j]);
      }
    __syncthreads();
    if (j < lane && lane < s.columns)
      for (long long i = k + 1 + warp; i < s.rows; i += 8) {
        riesz_value &x = riesz_entry(a, s.a, i, lane);
        x = riesz_fma(-riesz_entry(a, s.a, i, j), top[lane], x);
      }
    __syncthreads();
  }
}

// Rows k and p_k change places, for k = begin, ..., end-1 in turn. A thread has a column.
// Grid: tiles * matrices blocks of 256 threads.
extern "C" __global__ void riesz_exchange_rows(char *a, const long long *pivots,
                                               const riesz_exchange_layout s) {
  const long long b = blockIdx.x / s.tiles, c = blockIdx.x % s.tiles * 256 + threadIdx.x;
  if (c >= s.columns) return;
  a += b * s.a.batch;
  pivots += b * s.pivots;
  for (long long k = s.begin; k < s.end; k++) {
    riesz_value &upper = riesz_entry(a, s.a, k, c), &lower = riesz_entry(a, s.a, pivots[k], c);
    const riesz_value x = lower;
    lower = upper;
    upper = x;
  }
}
