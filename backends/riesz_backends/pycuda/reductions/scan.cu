// Scans: y[o, k] = join of x[o, 0], ..., x[o, k], for rows that lie one after another.
//
// What comes before this text: `riesz_value`, and the functions riesz_identity(), riesz_join(a, b)
// and riesz_shuffle_up(a, delta). Grid: one block of 256 threads per row. A block goes along its
// row 256 entries at a time: warps scan theirs by shuffles, the first warp scans the warps' totals,
// and what came before is carried on.
extern "C" __global__ void riesz_scan(riesz_value *y, const riesz_value *x, const long long n) {
  __shared__ riesz_value of_warps[8];
  const int t = threadIdx.x, lane = t % 32, warp = t / 32;
  x += blockIdx.x * n;
  y += blockIdx.x * n;
  riesz_value carry = riesz_identity();
  for (long long begin = 0; begin < n; begin += 256) {
    const long long k = begin + t;
    riesz_value a = k < n ? x[k] : riesz_identity();
    for (int d = 1; d < 32; d *= 2) {
      const riesz_value before = riesz_shuffle_up(a, d);
      if (lane >= d) a = riesz_join(before, a);
    }
    if (lane == 31) of_warps[warp] = a;
    __syncthreads();
    riesz_value total = carry;
    for (int w = 0; w < 8; w++) {
      if (w == warp) a = riesz_join(total, a);
      total = riesz_join(total, of_warps[w]);
    }
    carry = total;
    if (k < n) y[k] = a;
    __syncthreads();
  }
}
