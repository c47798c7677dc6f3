// Batched matrix products: c[b] = x[b] y[b], or c[b] -= x[b] y[b], x of (m, k), y of (k, n), any
// strides.
//
// What comes before this text: `riesz_value`, the type of all entries, and `riesz_fma(a, b, c)` =
// a b + c. A block computes a tile of RIESZ_TILE x RIESZ_TILE entries of c, each of its 16 x 16
// threads RIESZ_EACH x RIESZ_EACH of them, which lie 16 apart; strips of x and y, RIESZ_DEPTH wide,
// go through shared memory. Grid: (tiles of n) x (tiles of m) x (batch, at most 65535 at once).

#define RIESZ_SIDE 16
#define RIESZ_DEPTH 16
#define RIESZ_TILE (RIESZ_SIDE * RIESZ_EACH)

struct riesz_matmul_layout {
  long long m, n, k, batch;
  long long subtract;                  // whether c -= x y
  long long c_row, c_column, c_batch;  // strides in bytes
  long long x_row, x_column, x_batch;
  long long y_row, y_column, y_batch;
};

// Entry (i, j) of a matrix, 0 outside of it.
static __device__ __forceinline__ riesz_value riesz_at(const char *matrix, long long i, long long j,
                                                       long long rows, long long columns,
                                                       long long row, long long column) {
  if (i >= rows || j >= columns) return riesz_value(0);
  return *(const riesz_value *)(matrix + i * row + j * column);
}

extern "C" __global__ void riesz_matmul(char *c, const char *x, const char *y,
                                        const riesz_matmul_layout l) {
  __shared__ riesz_value left[RIESZ_TILE][RIESZ_DEPTH + 1], right[RIESZ_DEPTH][RIESZ_TILE + 1];
  const int row = threadIdx.y, column = threadIdx.x, t = row * RIESZ_SIDE + column;
  const long long i0 = (long long)blockIdx.y * RIESZ_TILE, j0 = (long long)blockIdx.x * RIESZ_TILE;
  for (long long b = blockIdx.z; b < l.batch; b += gridDim.z) {
    riesz_value sum[RIESZ_EACH][RIESZ_EACH];
    for (int i = 0; i < RIESZ_EACH; i++)
      for (int j = 0; j < RIESZ_EACH; j++) sum[i][j] = riesz_value(0);
    for (long long k0 = 0; k0 < l.k; k0 += RIESZ_DEPTH) {
      for (int e = t; e < RIESZ_TILE * RIESZ_DEPTH; e += RIESZ_SIDE * RIESZ_SIDE) {
        const int i = e / RIESZ_DEPTH, k = e % RIESZ_DEPTH;
        left[i][k] = riesz_at(x + b * l.x_batch, i0 + i, k0 + k, l.m, l.k, l.x_row, l.x_column);
      }
      for (int e = t; e < RIESZ_TILE * RIESZ_DEPTH; e += RIESZ_SIDE * RIESZ_SIDE) {
        const int k = e / RIESZ_TILE, j = e % RIESZ_TILE;
        right[k][j] = riesz_at(y + b * l.y_batch, k0 + k, j0 + j, l.k, l.n, l.y_row, l.y_column);
      }
      __syncthreads();
      for (int k = 0; k < RIESZ_DEPTH; k++)
        for (int i = 0; i < RIESZ_EACH; i++)
          for (int j = 0; j < RIESZ_EACH; j++)
            sum[i][j] = riesz_fma(left[row + RIESZ_SIDE * i][k], right[k][column + RIESZ_SIDE * j],
                                  sum[i][j]);
      __syncthreads();
    }
    for (int i = 0; i < RIESZ_EACH; i++)
      for (int j = 0; j < RIESZ_EACH; j++) {
        const long long p = i0 + row + RIESZ_SIDE * i, q = j0 + column + RIESZ_SIDE * j;
        if (p >= l.m || q >= l.n) continue;
        riesz_value &z = *(riesz_value *)(c + b * l.c_batch + p * l.c_row + q * l.c_column);
        z = l.subtract ? z - sum[i][j] : sum[i][j];
      }
  }
}
