// Gathering and scattering entries whose places are computed: offset[i] counts entries of x from
// its first one, in its memory. One thread per place. Grid: ceil(n / 256) blocks of 256 threads.
//
// What comes before this text: `riesz_value`, the type of x and y, and `riesz_add(address, value)`,
// which adds atomically.

// y[i] = x[offset[i]]
extern "C" __global__ void riesz_gather(riesz_value *y, const riesz_value *x,
                                        const long long *offset, const long long n) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[offset[i]];
}

// x[offset[i]] = y[i], where no place is met twice
extern "C" __global__ void riesz_scatter(riesz_value *x, const riesz_value *y,
                                         const long long *offset, const long long n) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[offset[i]] = y[i];
}

// x[offset[i]] += y[i], places met twice adding up, in the order in which threads come
extern "C" __global__ void riesz_scatter_add(riesz_value *x, const riesz_value *y,
                                             const long long *offset, const long long n) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) riesz_add(x + offset[i], y[i]);
}
