// Triangular systems of at most RIESZ_BLOCK unknowns.

struct riesz_triangular_layout {
  long long n, m, tiles, unit;  // unknowns, right sides, ceil(m / RIESZ_BLOCK); L_ii = 1 unread
  riesz_matrices l, x;
};

// X <- L^-1 X for the lower triangles L, forwards: for j = 0, ..., n-1
//
//   y_j = x_j / L_jj,   x_i <- x_i - L_ij y_j for i > j,        and then x = y.
//
// A block takes RIESZ_BLOCK right sides, a thread one of them and every RIESZ_ROWS-th row.
// Grid: tiles * matrices blocks of RIESZ_BLOCK x RIESZ_ROWS threads.
extern "C" __global__ void riesz_triangular_solve(char *x, char *l,
                                                  const riesz_triangular_layout s) {
  __shared__ riesz_value left[RIESZ_BLOCK][RIESZ_BLOCK + 1], right[RIESZ_BLOCK][RIESZ_BLOCK + 1];
  const int column = threadIdx.x, row = threadIdx.y, n = (int)s.n;
  const long long b = blockIdx.x / s.tiles;
  const long long c = blockIdx.x % s.tiles * RIESZ_BLOCK + column;
  l += b * s.l.batch;
  x += b * s.x.batch;
  for (int i = row; i < n; i += RIESZ_ROWS) {
    if (column < i || (column == i && !s.unit)) left[i][column] = riesz_entry(l, s.l, i, column);
    right[i][column] = c < s.m ? riesz_entry(x, s.x, i, c) : riesz_value(0);
  }
  __syncthreads();
  for (int j = 0; j < n; j++) {
    const riesz_value v = right[j][column];
    const riesz_value y = s.unit ? v : riesz_quotient(v, left[j][j]);
    for (int i = j + 1 + row; i < n; i += RIESZ_ROWS)
      right[i][column] = riesz_fma(-left[i][j], y, right[i][column]);
    __syncthreads();
  }
  if (c >= s.m) return;
  for (int i = row; i < n; i += RIESZ_ROWS) {
    const riesz_value v = right[i][column];
    riesz_entry(x, s.x, i, c) = s.unit ? v : riesz_quotient(v, left[i][i]);
  }
}
