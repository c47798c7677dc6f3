// What orders the threads of a kernel, told to thread sanitizer, which then finds the races.
//
// A block barrier orders all threads of a block, a warp operation the lanes of its mask; nothing
// orders two blocks of a launch, although the engine runs one after the other. In other builds all
// of this is empty.
#pragma once
#include "fiber.h"

#if defined(EMULATOR_THREAD)

#include <algorithm>
#include <vector>

// Forgets what is known of a piece of memory: sanitizers do this for objects of Java.
extern "C" {
void __tsan_java_init(unsigned long begin, unsigned long size);
void __tsan_java_alloc(unsigned long begin, unsigned long size);
}

namespace emulator {

class Races {
 public:
  struct Lanes { unsigned mask = 0, parities = 0; };

  void begin_launch() {
    static const bool once = (__tsan_java_init(0x7b8000000000ul, 8), true);
    (void)once;
    Fiber::scheduler_race = __tsan_get_current_fiber();
  }

  void begin_block(unsigned long number) {
    block = number % blocks;
    generation = 0;
    std::fill(parity, parity + 1024, 0);
    __tsan_release(&start);
  }

  void forget(char *begin, size_t size) {  // the memory begins a new life
    if (!size) return;
    auto from = reinterpret_cast<uintptr_t>(begin) & ~7ul;
    __tsan_java_alloc(from, (reinterpret_cast<uintptr_t>(begin) + size + 7 - from) & ~7ul);
  }

  void new_thread(Fiber &fiber) {  // and what lay on its stack belongs to nobody
    fiber.race = __tsan_create_fiber(0);
    finished.push_back(fiber.race);
    forget(fiber.stack + Fiber::stack_size - used_stack, used_stack);
  }

  void end_block() {
    if (finished.size() > 6000) destroy();  // thread sanitizer knows 8128 of them at most
  }

  void end_launch() {
    __tsan_acquire(&end);
    destroy();
  }

  void begin_thread() { __tsan_acquire(&start); }
  void end_thread() { __tsan_release(&end); }

  unsigned arrive_block() {
    __tsan_release(&block_barriers[block][generation & 1]);
    return generation;
  }
  void release_block() { generation++; }
  void leave_block(unsigned arrived) { __tsan_acquire(&block_barriers[block][arrived & 1]); }

  void arrive_lane(unsigned thread) {
    parity[thread] ^= 1;
    __tsan_release(&lane_barriers[block][thread][parity[thread]]);
  }
  Lanes met(unsigned first, unsigned mask) const {
    Lanes lanes{mask, 0};
    for (unsigned i = 0; i < 32; i++)
      if (mask >> i & 1) lanes.parities |= unsigned(parity[first + i]) << i;
    return lanes;
  }
  void leave_lanes(unsigned first, Lanes lanes) {
    for (unsigned i = 0; i < 32; i++)
      if (lanes.mask >> i & 1)
        __tsan_acquire(&lane_barriers[block][first + i][lanes.parities >> i & 1]);
  }

 private:
  void destroy() {
    for (void *race : finished) __tsan_destroy_fiber(race);
    finished.clear();
  }

  // Blocks have barriers of their own, so that one block's do not order another's threads.
  static constexpr unsigned blocks = 512;
  static constexpr size_t used_stack = 8 << 10;
  static inline char block_barriers[blocks][2], lane_barriers[blocks][1024][2], start, end;
  unsigned block = 0, generation = 0;
  unsigned char parity[1024] = {};
  std::vector<void *> finished;
};

}  // namespace emulator

#else

namespace emulator {

struct Races {
  struct Lanes {};
  void begin_launch() {}
  void begin_block(unsigned long) {}
  void forget(char *, size_t) {}
  void new_thread(Fiber &) {}
  void end_block() {}
  void end_launch() {}
  void begin_thread() {}
  void end_thread() {}
  unsigned arrive_block() { return 0; }
  void release_block() {}
  void leave_block(unsigned) {}
  void arrive_lane(unsigned) {}
  Lanes met(unsigned, unsigned) const { return {}; }
  void leave_lanes(unsigned, Lanes) {}
};

}  // namespace emulator

#endif
