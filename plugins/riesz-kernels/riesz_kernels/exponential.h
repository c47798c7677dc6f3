/* exp of one number, inlined into the loops below: n log 2 is taken out (W. J. Cody, W. Waite,
   Software Manual for the Elementary Functions, 1980), the rest is a polynomial fitted at Chebyshev
   points to 1e-17 (5e-9 in single precision). NaN stays NaN; below the normal numbers it is 0. The
   exponents of profiles are never positive; `_any` is for others, where it costs a fifth more. */
static inline double riesz_kernels_exp(double x) {
  const double shift = 6755399441055744.0; /* 1.5 * 2^52: adding it rounds to an integer */
  const double s = riesz_fma(x, 1.4426950408889634, shift), n = s - shift;
  double f = riesz_fma(n, -0.693147180369123816490, x), p = 2.5105259538448494e-08, power;
  f = riesz_fma(n, -1.90821492927058770002e-10, f);
  p = riesz_fma(p, f, 2.7626426376580335e-07);
  p = riesz_fma(p, f, 2.7557255297969643e-06);
  p = riesz_fma(p, f, 2.4801504180837137e-05);
  p = riesz_fma(p, f, 0.0001984126987490126);
  p = riesz_fma(p, f, 0.0013888888932619635);
  p = riesz_fma(p, f, 0.008333333333326112);
  p = riesz_fma(p, f, 0.04166666666657277);
  p = riesz_fma(p, f, 0.1666666666666667);
  p = riesz_fma(p, f, 0.5000000000000006);
  p = riesz_fma(p, f, 1.0);
  p = riesz_fma(p, f, 1.0);
  uint64_t bits;
  __builtin_memcpy(&bits, &s, sizeof bits);
  bits = (bits + 1023) << 52;
  __builtin_memcpy(&power, &bits, sizeof power);
  const double y = p * power;
  return x < -708.0 ? 0.0 : y;
}
static inline double riesz_kernels_exp_any(double x) {
  const double y = riesz_kernels_exp(x);
  return x > 709.0 ? __builtin_inf() : y;
}

static inline float riesz_kernels_expf(float x) {
  const float shift = 12582912.0f; /* 1.5 * 2^23 */
  const float s = riesz_fmaf(x, 1.4426950408889634f, shift), n = s - shift;
  float f = riesz_fmaf(n, -0.693359375f, x), p = 0.0013933685862617174f, power;
  f = riesz_fmaf(n, 2.12194440e-4f, f);
  p = riesz_fmaf(p, f, 0.008369184382291962f);
  p = riesz_fmaf(p, f, 0.04166646460202654f);
  p = riesz_fmaf(p, f, 0.16666504936963597f);
  p = riesz_fmaf(p, f, 0.5000000013498178f);
  p = riesz_fmaf(p, f, 1.0f);
  p = riesz_fmaf(p, f, 1.0f);
  uint32_t bits;
  __builtin_memcpy(&bits, &s, sizeof bits);
  bits = (bits + 127) << 23;
  __builtin_memcpy(&power, &bits, sizeof power);
  const float y = p * power;
  return x < -87.0f ? 0.0f : y;
}
static inline float riesz_kernels_exp_anyf(float x) {
  const float y = riesz_kernels_expf(x);
  return x > 88.0f ? __builtin_inff() : y;
}
