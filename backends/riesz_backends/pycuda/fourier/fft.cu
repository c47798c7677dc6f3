// Discrete Fourier transforms of lines: Y_k = sum_j X_j e^(-2 pi i j k / n) for k < n, by
// Stockham's algorithm (W. T. Cochran et al., "What is the fast Fourier transform?", Proc. IEEE 55,
// 1967), whose passes leave the result in order. A pass of a `radix` that divides n / before
// computes, for every j < n / radix and q < radix, with k = j % before and
// w = e^(-2 pi i / (before radix)),
//
//     y[(j - k) radix + k + before q] = sum_s x[j + s n / radix] w^(k s) e^(-2 pi i q s / radix)
//
// where `before` is the product of the radices of the passes before. Short lines need one pass, of
// radix n. The sums over s are transforms in shared memory, made in the same way of stages of radix
// 2, 3, 4, 5 and 8 (radix has no other factors).
//
// What comes before this text: `riesz_number`, the real type; `riesz_value`, complex numbers of it;
// RIESZ_ROOM, how many of those a block transforms at most.
//
// Grid: one block for every l.together sums, which are counted by the batch axis outside of the
// transformed one, j, and the batch axis inside of it, the last fastest. Block: 32 to 256 threads.
// Neighbouring threads access neighbouring entries: l.x.by_line and l.y.by_line say whether those
// are of neighbouring sums or of one.

#define RIESZ_THREADS 256
#define RIESZ_PLAIN 0
#define RIESZ_HERMITIAN 1  // the first half of a spectrum with X_(n-k) = conj X_k
#define RIESZ_TANGLED 2  // the spectrum of a real line, kept as that of half as many numbers
#define RIESZ_DEVICE static __device__ __forceinline__

struct riesz_fft_side {
  long long outer, axis, inner;  // strides in bytes
  long long second;  // from the first part of an entry to the second: imaginary parts, odd entries
  long long first_length, second_length;  // how many entries have a first and a second part
  long long by_line, whole, conj, mode;  // whole: an entry can be moved as one
  long long length;  // of the transform that is asked for: less than n with Bluestein's algorithm
};

struct riesz_fft_layout {
  riesz_fft_side x, y;
  long long n, radix, before, lines, inner, together, pitch, shift;
};

RIESZ_DEVICE riesz_value riesz_conj_if(riesz_value v, long long yes) {
  return yes ? riesz_value(v.x, -v.y) : v;
}

// Entry i of a line; there are zeros after its end.
RIESZ_DEVICE riesz_value riesz_read(const char *line, long long i, const riesz_fft_side &s) {
  const char *at = line + i * s.axis;
  if (s.whole) return i < s.first_length ? *(const riesz_value *)at : riesz_value(0);
  return {i < s.first_length ? *(const riesz_number *)at : 0,
          i < s.second_length ? *(const riesz_number *)(at + s.second) : 0};
}

RIESZ_DEVICE void riesz_write(char *line, long long i, const riesz_fft_side &s, riesz_value v) {
  char *at = line + i * s.axis;
  if (s.whole) {
    if (i < s.first_length) *(riesz_value *)at = v;
    return;
  }
  if (i < s.first_length) *(riesz_number *)at = v.x;
  if (i < s.second_length) *(riesz_number *)(at + s.second) = v.y;
}

// Entry i of what is transformed. Tangled: from half the spectrum X of 2 n real numbers, that of
// their even entries plus i times that of their odd ones,
//     Z_k = X_k + conj X_(n-k) + i (X_k - conj X_(n-k)) e^(pi i k / n),  turns[k] = e^(-pi i k / n)
RIESZ_DEVICE riesz_value riesz_entry(const char *line, long long i, const riesz_fft_side &s,
                                     const riesz_value *turns) {
  if (i >= s.length) return riesz_value(0);
  const bool far = s.mode == RIESZ_HERMITIAN && 2 * i > s.length;
  riesz_value v = riesz_conj_if(riesz_read(line, far ? s.length - i : i, s), far);
  if (s.mode != RIESZ_TANGLED) return v;
  riesz_value other = riesz_conj(riesz_read(line, s.length - i, s));
  if (i == 0) v.y = other.y = 0;  // a real line has none there
  const riesz_value d = (v - other) * riesz_conj(turns[i]);
  return {v.x + other.x - d.y, v.y + other.y + d.x};
}

RIESZ_DEVICE riesz_value riesz_times_minus_i(riesz_value v) { return {v.y, -v.x}; }
RIESZ_DEVICE riesz_value riesz_scaled(riesz_value v, riesz_number a) { return {v.x * a, v.y * a}; }

// v_q = sum_s v_s e^(-2 pi i q s / r), for r = 2, 3, 4, 5, 8
RIESZ_DEVICE void riesz_butterfly(riesz_value (&v)[2]) {
  const riesz_value a = v[0];
  v[0] = a + v[1];
  v[1] = a - v[1];
}

RIESZ_DEVICE void riesz_butterfly(riesz_value (&v)[3]) {
  const riesz_number sine = (riesz_number)0.86602540378443864676;  // of pi / 3
  const riesz_value sum = v[1] + v[2];
  const riesz_value turned = riesz_scaled(riesz_times_minus_i(v[1] - v[2]), sine);
  const riesz_value middle = v[0] - riesz_scaled(sum, (riesz_number)0.5);
  v[0] = v[0] + sum;
  v[1] = middle + turned;
  v[2] = middle - turned;
}

RIESZ_DEVICE void riesz_butterfly(riesz_value (&v)[4]) {
  const riesz_value a = v[0] + v[2], b = v[0] - v[2], c = v[1] + v[3];
  const riesz_value d = riesz_times_minus_i(v[1] - v[3]);
  v[0] = a + c;
  v[1] = b + d;
  v[2] = a - c;
  v[3] = b - d;
}

RIESZ_DEVICE void riesz_butterfly(riesz_value (&v)[5]) {
  const riesz_number c1 = (riesz_number)0.30901699437494742410;  // cos and sin of 2 pi / 5
  const riesz_number s1 = (riesz_number)0.95105651629515357212;
  const riesz_number c2 = (riesz_number)-0.80901699437494742410;  // and of 4 pi / 5
  const riesz_number s2 = (riesz_number)0.58778525229247312917;
  const riesz_value a = v[1] + v[4], b = v[2] + v[3];
  const riesz_value c = riesz_times_minus_i(v[1] - v[4]), d = riesz_times_minus_i(v[2] - v[3]);
  const riesz_value even1 = v[0] + riesz_scaled(a, c1) + riesz_scaled(b, c2);
  const riesz_value even2 = v[0] + riesz_scaled(a, c2) + riesz_scaled(b, c1);
  const riesz_value odd1 = riesz_scaled(c, s1) + riesz_scaled(d, s2);
  const riesz_value odd2 = riesz_scaled(c, s2) - riesz_scaled(d, s1);
  v[0] = v[0] + a + b;
  v[1] = even1 + odd1;
  v[2] = even2 + odd2;
  v[3] = even2 - odd2;
  v[4] = even1 - odd1;
}

RIESZ_DEVICE void riesz_butterfly(riesz_value (&v)[8]) {
  const riesz_number half = (riesz_number)0.70710678118654752440;  // the root of 1 / 2
  riesz_value even[4] = {v[0], v[2], v[4], v[6]}, odd[4] = {v[1], v[3], v[5], v[7]};
  riesz_butterfly(even);
  riesz_butterfly(odd);
  odd[1] = riesz_scaled({odd[1].x + odd[1].y, odd[1].y - odd[1].x}, half);
  odd[2] = riesz_times_minus_i(odd[2]);
  odd[3] = riesz_scaled({odd[3].y - odd[3].x, -odd[3].x - odd[3].y}, half);
#pragma unroll
  for (int q = 0; q < 4; q++) {
    v[q] = even[q] + odd[q];
    v[q + 4] = even[q] - odd[q];
  }
}

// A stage of radix r for the sums of a block, entry i of sum `line` at [i * pitch + line], which
// ends with a barrier. roots[m] = e^(-2 pi i m / radix).
template <int r>
static __device__ void riesz_stage(const riesz_value *x, riesz_value *y, const riesz_value *roots,
                                   int radix, int lines, int pitch, int before) {
  const int apart = radix / r, step = apart / before;
  for (int e = threadIdx.x; e < apart * lines; e += blockDim.x) {
    const int line = e % lines, j = e / lines, k = j % before;
    riesz_value v[r];
#pragma unroll
    for (int s = 0; s < r; s++) {
      v[s] = x[(j + s * apart) * pitch + line];
      if (s > 0 && before > 1) v[s] = v[s] * roots[k * s * step];
    }
    riesz_butterfly(v);
#pragma unroll
    for (int q = 0; q < r; q++) y[((j - k) * r + k + q * before) * pitch + line] = v[q];
  }
  __syncthreads();
}

// The transforms of length `radix` of all sums of a block, from x by way of y and back; where the
// result is. Every thread takes the same way.
static __device__ riesz_value *riesz_stages(riesz_value *x, riesz_value *y,
                                            const riesz_value *roots, int radix, int lines,
                                            int pitch) {
  for (int before = 1, rest = radix; rest > 1;) {
    const int odd = rest % 5 == 0 ? 5 : rest % 3 == 0 ? 3 : 2;
    const int r = rest % 8 == 0 ? 8 : rest % 4 == 0 ? 4 : odd;
    if (r == 8) riesz_stage<8>(x, y, roots, radix, lines, pitch, before);
    if (r == 5) riesz_stage<5>(x, y, roots, radix, lines, pitch, before);
    if (r == 4) riesz_stage<4>(x, y, roots, radix, lines, pitch, before);
    if (r == 3) riesz_stage<3>(x, y, roots, radix, lines, pitch, before);
    if (r == 2) riesz_stage<2>(x, y, roots, radix, lines, pitch, before);
    riesz_value *const written = y;
    y = x;
    x = written;
    before *= r;
    rest /= r;
  }
  return x;
}

// What is stored at entry i, v being the result there.
RIESZ_DEVICE riesz_value riesz_result(riesz_value v, long long i, const riesz_fft_side &s,
                                      const riesz_value *factor) {
  if (factor && i < s.length) v = v * factor[i];
  return riesz_conj_if(v, s.conj);
}

// One pass. coarse[a] fine[b] = e^(-2 pi i m / n) for m = a 2^shift + b; `factor_in`, `factor_out`:
// 0, or what entries are multiplied with when they are loaded and stored. With l.y.mode tangled (in
// one pass only), of the spectrum Z that riesz_entry tells of, that of the real line is made:
//     X_k = (Z_k + conj Z_(n-k)) / 2 - i e^(-pi i k / n) (Z_k - conj Z_(n-k)) / 2,   k <= n
extern "C" __global__ void __launch_bounds__(RIESZ_THREADS, 4)
    riesz_fft(char *y, const char *x, const riesz_value *roots, const riesz_value *coarse,
              const riesz_value *fine, const riesz_value *factor_in, const riesz_value *factor_out,
              const riesz_value *turns, const riesz_fft_layout l, const riesz_number scale) {
  __shared__ riesz_value loaded[RIESZ_ROOM + RIESZ_ROOM / 4], other[RIESZ_ROOM + RIESZ_ROOM / 4];
  __shared__ long long from[RIESZ_THREADS], to[RIESZ_THREADS];
  __shared__ int place[RIESZ_THREADS];
  const int radix = l.radix, before = l.before, apart = l.n / radix, pitch = l.pitch;
  const long long first = blockIdx.x * l.together, left = l.lines - first;
  const int lines = left < l.together ? left : l.together;
  for (int line = threadIdx.x; line < lines; line += blockDim.x) {
    const long long inner = (first + line) % l.inner, rest = (first + line) / l.inner;
    from[line] = rest / apart * l.x.outer + inner * l.x.inner;
    to[line] = rest / apart * l.y.outer + inner * l.y.inner;
    place[line] = rest % apart;
  }
  __syncthreads();
  for (int e = threadIdx.x; e < radix * lines; e += blockDim.x) {
    const int line = l.x.by_line ? e % lines : e / radix, s = l.x.by_line ? e / lines : e % radix;
    const int j = place[line], i = j + s * apart, m = j % before * s * (apart / before);
    riesz_value v = riesz_conj_if(riesz_entry(x + from[line], i, l.x, turns), l.x.conj);
    if (factor_in && i < l.x.length) v = v * factor_in[i];
    if (before > 1) v = v * (coarse[m >> l.shift] * fine[m & ((1 << l.shift) - 1)]);
    loaded[s * pitch + line] = v;
  }
  __syncthreads();
  const riesz_value *z = riesz_stages(loaded, other, roots, radix, lines, pitch);
  const bool tangled = l.y.mode == RIESZ_TANGLED;
  const int most = radix + tangled;
  const int count = apart == 1 ? l.y.first_length : most;
  for (int e = threadIdx.x; e < count * lines; e += blockDim.x) {
    const int line = l.y.by_line ? e % lines : e / count, q = l.y.by_line ? e / lines : e % count;
    const int j = place[line], k = j % before;
    const long long i = (long long)(j - k) * radix + k + (long long)before * q;
    riesz_value v;
    if (tangled) {
      const int n = l.y.length, here = q % n, mirror = (n - q) % n;
      v = riesz_result(z[here * pitch + line], here, l.y, factor_out);
      const riesz_value w =
          riesz_conj(riesz_result(z[mirror * pitch + line], mirror, l.y, factor_out));
      const riesz_value d = (v - w) * turns[q];
      v = riesz_scaled({v.x + w.x + d.y, v.y + w.y - d.x}, (riesz_number)0.5);
    } else {
      v = riesz_result(z[q * pitch + line], i, l.y, factor_out);
    }
    riesz_write(y + to[line], i, l.y, riesz_scaled(v, scale));
  }
}
