// What the kernels of clusters call.

// Neighbouring entries, which a thread loads or stores by one instruction.
template <class T, int width>
struct __align__(sizeof(T) * width) riesz_pack {
  T at[width];
};

// Where entry k of an array comes from after it is rolled: k - shift, modulo the length.
template <class I>
static __device__ __forceinline__ I riesz_rolled(I k, I shift, I length) {
  k -= shift;
  return k < 0 ? k + length : k;
}

// Whether entry k comes from an array of that length, and not from the zeros around it.
template <class I>
static __device__ __forceinline__ bool riesz_within(I k, I shift, I length) {
  return k >= shift && k - shift < length;
}

template <class T>
static __device__ __forceinline__ T riesz_from_lane(T a, int delta) {
  return __shfl_down_sync(0xffffffffu, a, delta);
}
template <class R>
static __device__ __forceinline__ riesz_complex<R> riesz_from_lane(riesz_complex<R> a, int delta) {
  return {riesz_from_lane(a.x, delta), riesz_from_lane(a.y, delta)};
}

// What the first of `lanes` threads has: the states of all, joined pairwise in a fixed order.
template <class J, int lanes, class T>
static __device__ __forceinline__ T riesz_joined_warp(T a) {
  for (int d = lanes / 2; d > 0; d /= 2) a = J::join(a, riesz_from_lane(a, d));
  return a;
}

// The same of a block of 256 threads: warps by shuffles, then each warp what they found.
template <class J, class T>
static __device__ __forceinline__ T riesz_joined_block(T a, T *of_warps) {
  a = riesz_joined_warp<J, 32>(a);
  if (threadIdx.x % 32 == 0) of_warps[threadIdx.x / 32] = a;
  __syncthreads();
  return riesz_joined_warp<J, 8>(of_warps[threadIdx.x % 8]);
}

