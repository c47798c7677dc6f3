// Reductions: y[o] = join of map(x[o, 0]), ..., map(x[o, n-1]) for every output o.
//
// What comes before this text: `riesz_value`, the type of x; `riesz_state`, that of a partial
// result; `riesz_result`, that of y; `riesz_index`, which counts; RIESZ_OUTER and RIESZ_INNER, the
// numbers of axes that are kept and reduced; and the functions riesz_identity, riesz_map(x, k),
// riesz_join(a, b), riesz_finish(a), riesz_shuffle(a, delta).
//
// The order in which numbers are joined depends on the shape alone, so equal calls give equal bits.

struct riesz_layout {
  riesz_index outputs, n, chunks;  // `chunks` blocks share an output, each with a part of the n
  riesz_index kept[RIESZ_OUTER], reduced[RIESZ_INNER];  // lengths of axes
  riesz_index kept_stride[RIESZ_OUTER], reduced_stride[RIESZ_INNER];  // in bytes
};

static __device__ __forceinline__ riesz_index riesz_offset(riesz_index i, const riesz_index *length,
                                                           const riesz_index *stride, int axes) {
  riesz_index offset = 0;
  for (int d = axes - 1; d >= 0; d--) {
    offset += i % length[d] * stride[d];
    i /= length[d];
  }
  return offset;
}

static __device__ __forceinline__ riesz_state riesz_take(const char *row, riesz_index k,
                                                         const riesz_layout &layout) {
  const riesz_index at = riesz_offset(k, layout.reduced, layout.reduced_stride, RIESZ_INNER);
  return riesz_map(*(const riesz_value *)(row + at), k);
}

// One thread per output: for short rows. Grid: ceil(outputs / 256) blocks of 256 threads.
extern "C" __global__ void riesz_reduce_rows(riesz_result *y, const char *x,
                                             const riesz_layout layout) {
  const riesz_index o = (riesz_index)blockIdx.x * blockDim.x + threadIdx.x;
  if (o >= layout.outputs) return;
  const char *row = x + riesz_offset(o, layout.kept, layout.kept_stride, RIESZ_OUTER);
  riesz_state a = riesz_identity();
  for (riesz_index k = 0; k < layout.n; k++) a = riesz_join(a, riesz_take(row, k, layout));
  y[o] = riesz_finish(a);
}

// One block of 256 threads per output and chunk: each thread joins every 256th entry of its chunk,
// then warps join by shuffles and the first warp what they found. Grid: outputs * chunks blocks.
extern "C" __global__ void riesz_reduce_blocks(riesz_result *y, const char *x,
                                               const riesz_layout layout) {
  __shared__ riesz_state of_warps[8];
  const int t = threadIdx.x, lane = t % 32, warp = t / 32;
  const riesz_index o = blockIdx.x / layout.chunks, chunk = blockIdx.x % layout.chunks;
  const riesz_index size = (layout.n + layout.chunks - 1) / layout.chunks;
  const riesz_index begin = chunk * size, room = layout.n - begin;
  const riesz_index end = begin + (room < size ? room : size);
  const char *row = x + riesz_offset(o, layout.kept, layout.kept_stride, RIESZ_OUTER);
  riesz_state a = riesz_identity();
  for (riesz_index k = begin + t; k < end; k += 256) a = riesz_join(a, riesz_take(row, k, layout));
  for (int d = 16; d > 0; d /= 2) a = riesz_join(a, riesz_shuffle(a, d));
  if (lane == 0) of_warps[warp] = a;
  __syncthreads();
  if (warp == 0) {
    a = lane < 8 ? of_warps[lane] : riesz_identity();
    for (int d = 4; d > 0; d /= 2) a = riesz_join(a, riesz_shuffle(a, d));
    if (lane == 0) y[blockIdx.x] = riesz_finish(a);
  }
}
