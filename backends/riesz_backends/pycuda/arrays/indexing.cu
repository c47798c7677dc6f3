// Gathering and scattering entries whose places are computed: offset[i] counts entries of x from
// its first one, in its memory. One thread per place. Grid: ceil(n / 256) blocks of 256 threads.
//
// What comes before this text: `riesz_value`, the type of x and y. Where places are met twice,
// `order` sorts them: order[0], order[1], ... have rising offsets, equal ones in their own order.
// One thread then treats all equal ones, so that no result depends on the order of threads.

// y[i] = x[offset[i]]
extern "C" __global__ void riesz_gather(riesz_value *y, const riesz_value *x,
                                        const long long *offset, const long long n) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[offset[i]];
}

// x[offset[i]] = y[i]; of equal places, the last counts
extern "C" __global__ void riesz_scatter(riesz_value *x, const riesz_value *y,
                                         const long long *offset, const long long *order,
                                         const long long n) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const long long place = offset[order[i]];
  if (i + 1 == n || offset[order[i + 1]] != place) x[place] = y[order[i]];
}

// x[offset[i]] += y[i]; equal places add up one after another
extern "C" __global__ void riesz_scatter_add(riesz_value *x, const riesz_value *y,
                                             const long long *offset, const long long *order,
                                             const long long n) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  const long long place = offset[order[i]];
  if (i > 0 && offset[order[i - 1]] == place) return;
  riesz_value sum = x[place];
  for (long long k = i; k < n && offset[order[k]] == place; k++) sum = sum + y[order[k]];
  x[place] = sum;
}

// place[count[i] - 1] = i where the mask holds; count[i]: how many entries up to i it keeps
extern "C" __global__ void riesz_compact(long long *place, const bool *mask,
                                         const long long *count, const long long n) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && mask[i]) place[count[i] - 1] = i;
}
