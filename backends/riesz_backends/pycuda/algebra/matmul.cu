// Batched matrix products: c[b] = x[b] y[b], or c[b] -= x[b] y[b], x of (m, k), y of (k, n), any
// strides. Long sums are cut into `chunks` of `part` terms, each with a matrix c of its own.
//
// What comes before this text: `riesz_value`, the type of all entries, and `riesz_fma(a, b, c)` =
// a b + c. A block of 16 x 16 threads computes a tile of RIESZ_TILE x RIESZ_TILE entries of c, each
// thread RIESZ_EACH x RIESZ_EACH of them: groups of RIESZ_GROUP neighbours, 16 groups apart. Strips
// of x and y, RIESZ_DEPTH wide, go through shared memory, where they lie as groups are read, 16
// bytes at once; while one is multiplied, the next one is loaded.
// Grid: (tiles of n) x (tiles of m, at most 65535 at once) x (batch chunks, at most 65535 at once).

#define RIESZ_SIDE 16
#define RIESZ_THREADS 256
#define RIESZ_TILE (RIESZ_SIDE * RIESZ_EACH)
#define RIESZ_DEPTH (RIESZ_EACH == 1 ? 16 : 8)
#define RIESZ_LOADS (RIESZ_TILE * RIESZ_DEPTH / RIESZ_THREADS)
#define RIESZ_FITTING (16 / (int)sizeof(riesz_value))
#define RIESZ_GROUP (RIESZ_FITTING < RIESZ_EACH ? RIESZ_FITTING : RIESZ_EACH)
#define RIESZ_PITCH (RIESZ_TILE + RIESZ_GROUP)  // so that stores along k meet other banks

struct riesz_matmul_layout {
  long long m, n, k, batch, chunks, part;
  long long subtract;                         // whether c -= x y
  long long c_row, c_column, c_batch, c_part;  // strides in bytes
  long long x_row, x_column, x_batch;
  long long y_row, y_column, y_batch;
};

struct __align__(sizeof(riesz_value) * RIESZ_GROUP) riesz_group {
  riesz_value at[RIESZ_GROUP];
};

// A thread's entries of the strips of one matrix, whose lines are rows of x or columns of y.
// Neighbouring threads have neighbours along the sums (`along`) or across them, whichever lie side
// by side; a thread's own are `next_line` lines and `next_k` terms apart, which is `apart` bytes.
struct riesz_strip {
  const char *at;
  long long apart, step, lines;
  int line, k, next_line, next_k;

  // From the line `first` and the term `begin` on.
  __device__ __forceinline__ riesz_strip(const char *matrix, long long line_stride,
                                         long long k_stride, long long first, long long lines,
                                         long long begin)
      : step(RIESZ_DEPTH * k_stride), lines(lines - first) {
    const int t = threadIdx.y * RIESZ_SIDE + threadIdx.x;
    const bool along = abs(k_stride) < abs(line_stride);
    line = along ? t / RIESZ_DEPTH : t % RIESZ_TILE;
    k = along ? t % RIESZ_DEPTH : t / RIESZ_TILE;
    next_line = along ? RIESZ_THREADS / RIESZ_DEPTH : 0;
    next_k = along ? 0 : RIESZ_THREADS / RIESZ_TILE;
    apart = next_line * line_stride + next_k * k_stride;
    at = matrix + (first + line) * line_stride + (begin + k) * k_stride;
  }

  // The next strip, of which there are so many terms; 0 outside of them and of the matrix.
  __device__ __forceinline__ void load(riesz_value (&loaded)[RIESZ_LOADS], long long terms) {
#pragma unroll
    for (int s = 0; s < RIESZ_LOADS; s++) {
      loaded[s] = riesz_value(0);
      if (line + s * next_line < lines && k + s * next_k < terms)
        loaded[s] = *(const riesz_value *)(at + s * apart);
    }
    at += step;
  }

  __device__ __forceinline__ void store(riesz_value (*strip)[RIESZ_PITCH],
                                        const riesz_value (&loaded)[RIESZ_LOADS]) const {
#pragma unroll
    for (int s = 0; s < RIESZ_LOADS; s++) strip[k + s * next_k][line + s * next_line] = loaded[s];
  }
};

// The groups of a thread that is number t of 16 along a side.
static __device__ __forceinline__ void riesz_groups(riesz_group (&a)[RIESZ_EACH / RIESZ_GROUP],
                                                    const riesz_value *strip, int t) {
#pragma unroll
  for (int g = 0; g < RIESZ_EACH / RIESZ_GROUP; g++)
    a[g] = *(const riesz_group *)(strip + (g * RIESZ_SIDE + t) * RIESZ_GROUP);
}

// Where in the tile entry e of a thread is.
static __device__ __forceinline__ int riesz_place(int e, int t) {
  return (e / RIESZ_GROUP * RIESZ_SIDE + t) * RIESZ_GROUP + e % RIESZ_GROUP;
}

static __device__ __forceinline__ void riesz_tile(char *c, const char *x, const char *y,
                                                  const riesz_matmul_layout &l, long long i0,
                                                  long long j0, long long begin, long long end,
                                                  int &now) {
  __shared__ __align__(16) riesz_value left[2][RIESZ_DEPTH][RIESZ_PITCH];
  __shared__ __align__(16) riesz_value right[2][RIESZ_DEPTH][RIESZ_PITCH];
  const int row = threadIdx.y, column = threadIdx.x;
  riesz_strip of_x(x, l.x_row, l.x_column, i0, l.m, begin);
  riesz_strip of_y(y, l.y_column, l.y_row, j0, l.n, begin);
  riesz_value next_x[RIESZ_LOADS], next_y[RIESZ_LOADS], sum[RIESZ_EACH][RIESZ_EACH];
#pragma unroll
  for (int i = 0; i < RIESZ_EACH; i++)
#pragma unroll
    for (int j = 0; j < RIESZ_EACH; j++) sum[i][j] = riesz_value(0);
  of_x.load(next_x, end - begin);
  of_y.load(next_y, end - begin);
  for (long long k0 = begin; k0 < end; k0 += RIESZ_DEPTH) {
    of_x.store(left[now], next_x);
    of_y.store(right[now], next_y);
    __syncthreads();  // and the other strips, which are stored next, have been read by all
    of_x.load(next_x, end - k0 - RIESZ_DEPTH);
    of_y.load(next_y, end - k0 - RIESZ_DEPTH);
#pragma unroll
    for (int k = 0; k < RIESZ_DEPTH; k++) {
      riesz_group a[RIESZ_EACH / RIESZ_GROUP], b[RIESZ_EACH / RIESZ_GROUP];
      riesz_groups(a, left[now][k], row);
      riesz_groups(b, right[now][k], column);
#pragma unroll
      for (int i = 0; i < RIESZ_EACH; i++)
#pragma unroll
        for (int j = 0; j < RIESZ_EACH; j++)
          sum[i][j] = riesz_fma(a[i / RIESZ_GROUP].at[i % RIESZ_GROUP],
                                b[j / RIESZ_GROUP].at[j % RIESZ_GROUP], sum[i][j]);
    }
    now = 1 - now;
  }
#pragma unroll
  for (int i = 0; i < RIESZ_EACH; i++)
#pragma unroll
    for (int j = 0; j < RIESZ_EACH; j++) {
      const long long p = i0 + riesz_place(i, row), q = j0 + riesz_place(j, column);
      if (p >= l.m || q >= l.n) continue;
      riesz_value &z = *(riesz_value *)(c + p * l.c_row + q * l.c_column);
      z = l.subtract ? z - sum[i][j] : sum[i][j];
    }
}

extern "C" __global__ void __launch_bounds__(RIESZ_THREADS, 2)
    riesz_matmul(char *c, const char *x, const char *y, const riesz_matmul_layout l) {
  const long long j0 = (long long)blockIdx.x * RIESZ_TILE;
  int now = 0;  // which strips are stored and multiplied
  for (long long z = blockIdx.z; z < l.batch * l.chunks; z += gridDim.z) {
    const long long b = z / l.chunks, chunk = z % l.chunks, begin = chunk * l.part;
    const long long end = begin + l.part < l.k ? begin + l.part : l.k;
    for (long long i0 = (long long)blockIdx.y * RIESZ_TILE; i0 < l.m;
         i0 += (long long)gridDim.y * RIESZ_TILE)
      riesz_tile(c + b * l.c_batch + chunk * l.c_part, x + b * l.x_batch, y + b * l.y_batch, l, i0,
                 j0, begin, end, now);
  }
}
