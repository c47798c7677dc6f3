// Functions of CUDA that the C library lacks. The fast ones are as precise as the others here.
#pragma once
#include <algorithm>
#include <type_traits>

#define __expf expf  // macros, because the C library declares functions of these names
#define __exp10f exp10f
#define __logf logf
#define __log2f log2f
#define __log10f log10f
#define __sinf sinf
#define __cosf cosf
#define __tanf tanf
#define __powf powf

template <class T> static inline T __ldg(const T *address) { return *address; }
static inline float __fdividef(float x, float y) { return x / y; }
static inline float __frcp_rn(float x) { return 1 / x; }
static inline float __fsqrt_rn(float x) { return sqrtf(x); }
static inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
static inline float __fmul_rn(float x, float y) { return x * y; }
static inline float __fadd_rn(float x, float y) { return x + y; }
static inline double __dmul_rn(double x, double y) { return x * y; }
static inline double __dadd_rn(double x, double y) { return x + y; }
static inline float rsqrtf(float x) { return 1 / sqrtf(x); }
static inline double rsqrt(double x) { return 1 / sqrt(x); }
static inline void sincos(float x, float *s, float *c) { sincosf(x, s, c); }

template <class A, class B>
static inline std::common_type_t<A, B> min(A a, B b) { return b < a ? b : a; }
template <class A, class B>
static inline std::common_type_t<A, B> max(A a, B b) { return a < b ? b : a; }

static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
static inline int __clz(int x) { return x ? __builtin_clz(unsigned(x)) : 32; }
static inline int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }
static inline int __ffs(int x) { return __builtin_ffs(x); }
static inline unsigned __umulhi(unsigned x, unsigned y) { return unsigned(1ull * x * y >> 32); }

#define EMULATOR_REINTERPRET(NAME, FROM, TO) \
  static inline TO NAME(FROM x) {            \
    TO y;                                    \
    memcpy(&y, &x, sizeof y);                \
    return y;                                \
  }
EMULATOR_REINTERPRET(__float_as_int, float, int)
EMULATOR_REINTERPRET(__float_as_uint, float, unsigned)
EMULATOR_REINTERPRET(__int_as_float, int, float)
EMULATOR_REINTERPRET(__uint_as_float, unsigned, float)
EMULATOR_REINTERPRET(__double_as_longlong, double, long long)
EMULATOR_REINTERPRET(__longlong_as_double, long long, double)
