// What code built with -fsanitize=thread calls at each access to memory: the functions of that
// library's interface, here of the race checker's.
#pragma once

#if defined(EMULATOR_RACES)

#define EMULATOR_CALL extern "C" __attribute__((visibility("default")))
#define EMULATOR_ACCESSES(SIZE)                                                               \
  EMULATOR_CALL void __tsan_read##SIZE(void *at) { access(at, SIZE, false, false); }          \
  EMULATOR_CALL void __tsan_write##SIZE(void *at) { access(at, SIZE, true, false); }          \
  EMULATOR_CALL void __tsan_unaligned_read##SIZE(void *at) { access(at, SIZE, false, false); } \
  EMULATOR_CALL void __tsan_unaligned_write##SIZE(void *at) { access(at, SIZE, true, false); }
#define EMULATOR_ATOMICS(BITS)                                                                  \
  EMULATOR_CALL uint##BITS##_t __tsan_atomic##BITS##_load(const uint##BITS##_t *at, int) {      \
    access(at, BITS / 8, false, true);                                                          \
    return *at;                                                                                 \
  }                                                                                             \
  EMULATOR_CALL int __tsan_atomic##BITS##_compare_exchange_strong(                              \
      uint##BITS##_t *at, uint##BITS##_t *expected, uint##BITS##_t value, int, int) {           \
    access(at, BITS / 8, true, true);                                                           \
    const bool equal = *at == *expected;                                                        \
    *(equal ? at : expected) = equal ? value : *at;                                             \
    return equal;                                                                               \
  }

namespace {

void access(const void *at, size_t size, bool writes, bool atomic) {
  emulator::engine.access(static_cast<const char *>(at), size, writes, atomic);
}

}  // namespace

EMULATOR_ACCESSES(1)
EMULATOR_ACCESSES(2)
EMULATOR_ACCESSES(4)
EMULATOR_ACCESSES(8)
EMULATOR_ACCESSES(16)
EMULATOR_ATOMICS(8)
EMULATOR_ATOMICS(16)
EMULATOR_ATOMICS(32)
EMULATOR_ATOMICS(64)
EMULATOR_CALL void __tsan_read_range(void *at, size_t size) { access(at, size, false, false); }
EMULATOR_CALL void __tsan_write_range(void *at, size_t size) { access(at, size, true, false); }
EMULATOR_CALL void __tsan_vptr_update(void **at, void *) { access(at, sizeof *at, true, false); }
EMULATOR_CALL void __tsan_init() {}
EMULATOR_CALL void __tsan_func_entry(void *) {}
EMULATOR_CALL void __tsan_func_exit() {}
EMULATOR_CALL void __tsan_atomic_thread_fence(int) {}  // orders no two threads by itself

#endif
