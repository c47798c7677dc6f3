// Random numbers by Philox 4x32-10: ten rounds of multiplications that turn a counter of 128 bits,
// under a key of 64, into four words of 32 (J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011). There is no state: thread i computes
// what belongs to the counter start + i, 16 bytes of the result. Grid: ceil(bytes / 16 / 256)
// blocks of 256 threads.

struct riesz_words {
  unsigned at[4];
};

struct riesz_counter {
  unsigned long long n, low, high, seed;  // entries of the result, the first counter, the key
};

static __device__ riesz_words riesz_philox(riesz_words c, unsigned low, unsigned high) {
  for (int round = 0; round < 10; round++) {
    const unsigned long long a = 0xD2511F53ull * c.at[0], b = 0xCD9E8D57ull * c.at[2];
    c = {{(unsigned)(b >> 32) ^ c.at[1] ^ low, (unsigned)b,
          (unsigned)(a >> 32) ^ c.at[3] ^ high, (unsigned)a}};
    low += 0x9E3779B9u;  // the golden ratio
    high += 0xBB67AE85u;  // the root of 3, minus 1
  }
  return c;
}

static __device__ riesz_words riesz_words_of(const riesz_counter &c, unsigned long long i) {
  const unsigned long long low = c.low + i, high = c.high + (low < i);
  const riesz_words counter = {
      {(unsigned)low, (unsigned)(low >> 32), (unsigned)high, (unsigned)(high >> 32)}};
  return riesz_philox(counter, (unsigned)c.seed, (unsigned)(c.seed >> 32));
}

// Multiples of 2^-24 and 2^-53 in [0, 1)
static __device__ void riesz_fractions(const riesz_words &w, float (&u)[4]) {
  for (int k = 0; k < 4; k++) u[k] = (w.at[k] >> 8) * 5.9604644775390625e-8f;
}

static __device__ void riesz_fractions(const riesz_words &w, double (&u)[2]) {
  for (int k = 0; k < 2; k++) {
    const unsigned long long bits = (unsigned long long)w.at[2 * k + 1] << 32 | w.at[2 * k];
    u[k] = (bits >> 11) * 1.1102230246251565404e-16;
  }
}

// Of two uniform numbers two normal ones (G. E. P. Box, M. E. Muller, Ann. Math. Stat. 29, 1958):
//     sqrt(-2 log(1 - u)) (cos 2 pi v, sin 2 pi v)
template <class R>
static __device__ void riesz_normal(R &u, R &v) {
  const R radius = sqrt(-2 * log(1 - u)), angle = (R)6.28318530717958647693 * v;
  u = radius * cos(angle);
  v = radius * sin(angle);
}

template <class R>
static __device__ void riesz_random(R *y, int normal, const riesz_counter &c) {
  constexpr int each = 16 / sizeof(R);
  const unsigned long long i = (unsigned long long)blockIdx.x * blockDim.x + threadIdx.x;
  R u[each];
  riesz_fractions(riesz_words_of(c, i), u);
  for (int k = 0; k < each; k += 2)
    if (normal) riesz_normal(u[k], u[k + 1]);
  for (int k = 0; k < each; k++)
    if (i * each + k < c.n) y[i * each + k] = u[k];
}

extern "C" __global__ void riesz_random_float32(float *y, const riesz_counter c,
                                                const int normal) {
  riesz_random(y, normal, c);
}

extern "C" __global__ void riesz_random_float64(double *y, const riesz_counter c,
                                                const int normal) {
  riesz_random(y, normal, c);
}

extern "C" __global__ void riesz_random_uint32(unsigned *y, const riesz_counter c) {
  const unsigned long long i = (unsigned long long)blockIdx.x * blockDim.x + threadIdx.x;
  const riesz_words w = riesz_words_of(c, i);
  for (int k = 0; k < 4; k++)
    if (4 * i + k < c.n) y[4 * i + k] = w.at[k];
}
