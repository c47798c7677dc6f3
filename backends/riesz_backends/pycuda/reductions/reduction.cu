// Reductions: y[o] = join of map(x[o, 0]), ..., map(x[o, n-1]) for every output o.
//
// What comes before this text: `riesz_state`, a partial result; `riesz_value`, the type of x, and
// `riesz_result`, that of y, either of which may be it; `riesz_index`, which counts; RIESZ_OUTER and
// RIESZ_INNER, the numbers of axes that are kept and reduced; and the functions riesz_identity,
// riesz_map(x, k), riesz_join(a, b), riesz_finish(a), riesz_shuffle(a, delta).
//
// Long rows are cut: y has `chunks` results of every output then, those of equal parts one after
// another. The order in which numbers are joined depends on the shape alone, so equal calls give
// equal bits.

struct riesz_layout {
  riesz_index outputs, n, chunks;
  riesz_index kept[RIESZ_OUTER], reduced[RIESZ_INNER];  // lengths of axes
  riesz_index kept_stride[RIESZ_OUTER], reduced_stride[RIESZ_INNER];  // in bytes
};

static __device__ __forceinline__ riesz_index riesz_offset(riesz_index i, const riesz_index *length,
                                                           const riesz_index *stride, int axes) {
  riesz_index offset = 0;
  for (int d = axes - 1; d > 0; d--) {
    offset += i % length[d] * stride[d];
    i /= length[d];
  }
  return offset + i * stride[0];
}

// What one of `lanes` threads finds in result number i: every entry of its part that is `lanes`
// further than the one before.
static __device__ __forceinline__ riesz_state riesz_found(const char *x, riesz_index i, int lane,
                                                          int lanes, const riesz_layout &layout) {
  const riesz_index o = i % layout.outputs, chunk = i / layout.outputs;
  const riesz_index size = (layout.n + layout.chunks - 1) / layout.chunks;
  const riesz_index begin = chunk * size, room = layout.n - begin;
  const riesz_index end = begin + (room < size ? room : size);
  const char *row = x + riesz_offset(o, layout.kept, layout.kept_stride, RIESZ_OUTER);
  riesz_state a = riesz_identity();
#pragma unroll 4
  for (riesz_index k = begin + lane; k < end; k += lanes) {
    const riesz_index at = riesz_offset(k, layout.reduced, layout.reduced_stride, RIESZ_INNER);
    a = riesz_join(a, riesz_map(*(const riesz_value *)(row + at), k));
  }
  return a;
}

// One thread per result: for short rows, and where neighbours belong to other outputs.
// Grid: ceil(outputs chunks / 256) blocks of 256 threads.
extern "C" __global__ void riesz_reduce_threads(riesz_result *y, const char *x,
                                                const riesz_layout layout) {
  const riesz_index i = (riesz_index)blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= layout.outputs * layout.chunks) return;
  y[i] = riesz_finish(riesz_found(x, i, 0, 1, layout));
}

// One warp per result. Grid: ceil(outputs chunks / 8) blocks of 256 threads.
extern "C" __global__ void riesz_reduce_warps(riesz_result *y, const char *x,
                                              const riesz_layout layout) {
  const int lane = threadIdx.x % 32;
  const riesz_index i = (riesz_index)blockIdx.x * 8 + threadIdx.x / 32;
  if (i >= layout.outputs * layout.chunks) return;  // the whole warp
  riesz_state a = riesz_found(x, i, lane, 32, layout);
  for (int d = 16; d > 0; d /= 2) a = riesz_join(a, riesz_shuffle(a, d));
  if (lane == 0) y[i] = riesz_finish(a);
}

// One block of 256 threads per result: warps join by shuffles, then the first warp what they
// found. Grid: outputs chunks blocks.
extern "C" __global__ void riesz_reduce_blocks(riesz_result *y, const char *x,
                                               const riesz_layout layout) {
  __shared__ riesz_state of_warps[8];
  const int t = threadIdx.x, lane = t % 32, warp = t / 32;
  riesz_state a = riesz_found(x, blockIdx.x, t, 256, layout);
  for (int d = 16; d > 0; d /= 2) a = riesz_join(a, riesz_shuffle(a, d));
  if (lane == 0) of_warps[warp] = a;
  __syncthreads();
  a = of_warps[lane % 8];
  for (int d = 4; d > 0; d /= 2) a = riesz_join(a, riesz_shuffle(a, d));
  if (t == 0) y[blockIdx.x] = riesz_finish(a);
}
