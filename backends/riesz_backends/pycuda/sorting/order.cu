// Sorting and searching. What comes before this text: `riesz_value`, and `riesz_less(a, b)`, an
// order in which NaN comes last.

// Whether entry a of a row comes before entry b: ties keep their order, and what lies beyond the
// row's n entries stands last, so that no two are equal and the sort is stable.
static __device__ __forceinline__ bool riesz_before(const riesz_value *row, long long n,
                                                    long long a, long long b) {
  if (a >= n || b >= n) return a < b;
  return riesz_less(row[a], row[b]) || (!riesz_less(row[b], row[a]) && a < b);
}

// One comparison of the network: the places at `low` and `high` put into order, descending where
// the bit `span` of their index in the row is set.
static __device__ __forceinline__ void riesz_exchange(long long *low, long long *high,
                                                      const riesz_value *row, long long n,
                                                      bool descending) {
  const long long a = *low, b = *high;
  if (riesz_before(row, n, b, a) != descending) {
    *low = b;
    *high = a;
  }
}

// K. E. Batcher, Sorting networks and their applications, 1968: bitonic sequences of `span` places
// are merged by comparing places `step` apart. A row has `size` places, a power of two.
//
// One comparison per thread, for steps that reach beyond a tile: `size` is 1024 at least, and no
// thread too many. Grid: places / 512 blocks of 256 threads.
extern "C" __global__ void riesz_sort_step(long long *place, const riesz_value *x,
                                           const long long n, const long long size,
                                           const long long span, const long long step) {
  const long long t = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  const long long low = 2 * t - (t & (step - 1)), row = low / size;
  const bool descending = (low & span & (size - 1)) != 0;
  riesz_exchange(place + low, place + low + step, x + row * n, n, descending);
}

// All steps within tiles of 512 places, for spans from `first` to `last`, in shared memory.
// Grid: ceil(places / 512) blocks of 256 threads.
extern "C" __global__ void riesz_sort_tile(long long *place, const riesz_value *x,
                                           const long long n, const long long size,
                                           const long long first, const long long last,
                                           const long long places) {
  __shared__ long long tile[512];
  const long long begin = (long long)blockIdx.x * 512;
  const int t = threadIdx.x;
  for (int k = t; k < 512; k += 256) tile[k] = begin + k < places ? place[begin + k] : 0;
  for (long long span = first; span <= last; span *= 2) {
    for (int step = span > 512 ? 256 : (int)(span / 2); step > 0; step /= 2) {
      __syncthreads();
      const int low = 2 * t - (t & (step - 1));
      const long long at = begin + low;
      if (at < places) {
        const bool descending = (at & span & (size - 1)) != 0;
        riesz_exchange(tile + low, tile + low + step, x + at / size * n, n, descending);
      }
    }
  }
  __syncthreads();
  for (int k = t; k < 512; k += 256) {
    if (begin + k < places) place[begin + k] = tile[k];
  }
}

// y[i] = how many of the n sorted entries of a come before v[i], or (right) not after it, by
// bisection.
// One thread per entry. Grid: ceil(m / 256) blocks of 256 threads.
extern "C" __global__ void riesz_search(long long *y, const riesz_value *a, const riesz_value *v,
                                        const long long n, const long long m,
                                        const long long right) {
  const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= m) return;
  long long low = 0, high = n;
  while (low < high) {
    const long long k = (low + high) / 2;
    const bool below = right ? !riesz_less(v[i], a[k]) : riesz_less(a[k], v[i]);
    low = below ? k + 1 : low;
    high = below ? high : k;
  }
  y[i] = low;
}
