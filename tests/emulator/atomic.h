// Atomic operations, before each of which another thread may run.
#pragma once
#include <type_traits>

namespace emulator {

template <class T>
using Bits = std::conditional_t<sizeof(T) == 8, uint64_t,
                                std::conditional_t<sizeof(T) == 4, uint32_t, uint16_t>>;

template <class T, class F>
T modify(T *address, F next) {
  emulator_preempt();
  auto *bits = reinterpret_cast<Bits<T> *>(address);
  Bits<T> old = __atomic_load_n(bits, __ATOMIC_RELAXED), replacement;
  T before, after;
  do {
    memcpy(&before, &old, sizeof before);
    after = next(before);
    memcpy(&replacement, &after, sizeof after);
  } while (!__atomic_compare_exchange_n(bits, &old, replacement, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED));
  return before;
}

}  // namespace emulator

#define EMULATOR_ATOMIC(NAME, EXPRESSION)                                   \
  template <class T>                                                        \
  static inline T NAME(T *address, std::common_type_t<T> v) {               \
    return emulator::modify(address, [v](T old) { return T(EXPRESSION); }); \
  }

EMULATOR_ATOMIC(atomicAdd, old + v)
EMULATOR_ATOMIC(atomicSub, old - v)
EMULATOR_ATOMIC(atomicMax, old > v ? old : v)
EMULATOR_ATOMIC(atomicMin, old < v ? old : v)
EMULATOR_ATOMIC(atomicAnd, old &v)
EMULATOR_ATOMIC(atomicOr, old | v)
EMULATOR_ATOMIC(atomicXor, old ^ v)
EMULATOR_ATOMIC(atomicInc, old >= v ? 0 : old + 1)
EMULATOR_ATOMIC(atomicDec, old == 0 || old > v ? v : old - 1)

template <class T>
static inline T atomicExch(T *address, std::common_type_t<T> v) {
  return emulator::modify(address, [v](T) { return v; });
}

template <class T>
static inline T atomicCAS(T *address, std::common_type_t<T> expected, std::common_type_t<T> v) {
  return emulator::modify(address, [=](T old) { return old == expected ? v : old; });
}
