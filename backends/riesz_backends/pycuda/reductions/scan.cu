// Scans: y[o, k] = join of x[o, 0], ..., x[o, k], for rows that lie one after another.
//
// What comes before this text: `riesz_value`, and the functions riesz_identity(), riesz_join(a, b)
// and riesz_shuffle_up(a, delta). Grid: rows * chunks blocks of 256 threads: long rows are cut into
// chunks of `size` entries, and before[o, c] is the join of all entries of row o up to the end of
// chunk c. A block goes along its chunk 256 entries at a time: warps scan theirs by shuffles, then
// what the warps before have found is joined to it, and what came before is carried on.

struct riesz_scan_layout {
  long long n, chunks, size;
};

extern "C" __global__ void riesz_scan(riesz_value *y, const riesz_value *x,
                                      const riesz_value *before, const riesz_scan_layout s) {
  __shared__ riesz_value of_warps[8];
  const int t = threadIdx.x, lane = t % 32, warp = t / 32;
  const long long row = blockIdx.x / s.chunks, chunk = blockIdx.x % s.chunks;
  const long long first = chunk * s.size, end = first + s.size < s.n ? first + s.size : s.n;
  x += row * s.n;
  y += row * s.n;
  riesz_value carry = chunk > 0 ? before[row * (s.chunks - 1) + chunk - 1] : riesz_identity();
  for (long long begin = first; begin < end; begin += 256) {
    const long long k = begin + t;
    riesz_value a = k < end ? x[k] : riesz_identity();
    for (int d = 1; d < 32; d *= 2) {
      const riesz_value left = riesz_shuffle_up(a, d);
      if (lane >= d) a = riesz_join(left, a);
    }
    if (lane == 31) of_warps[warp] = a;
    __syncthreads();
    riesz_value total = carry;
    for (int w = 0; w < 8; w++) {
      if (w == warp) a = riesz_join(total, a);
      total = riesz_join(total, of_warps[w]);
    }
    carry = total;
    if (k < end) y[k] = a;
    __syncthreads();
  }
}
