// Finds data races: two accesses of one launch to the same bytes, of which one writes and not both
// are atomic, by threads that nothing orders.
//
// A block barrier orders all threads of a block, a warp operation the lanes of its mask; nothing
// orders two blocks of a launch, although the engine runs one after the other. What a kernel reads
// and writes, gcc's instrumentation tells (-fsanitize=thread, calls.h) without its library, which
// takes a thread of its own for every CUDA thread: most of a minute for a test.
#pragma once
#include <cstdint>
#include <cstring>

#include "engine.h"

#if defined(EMULATOR_RACES)

#include <memory>
#include <unordered_map>

namespace emulator {

struct Access {
  uint32_t launch = 0, block = 0;  // launches are counted from 1
  uint64_t generation : 24, moment : 24, thread : 10, writes : 1, atomic : 1, bytes : 4;
};

// The accesses of four bytes that others may race with.
struct Cell {
  Access known[4];
};

class Races {
 public:
  const char *stack = nullptr;  // of the running thread, which alone uses it
  size_t stack_size = 0;

  void begin_launch(const char *begin, const char *end) {
    launch++;
    shared_begin = begin;
    shared_end = end;
    if (pages.size() > 4096) pages.clear();  // of earlier launches, which no access races with
    std::memset(found, 0, sizeof found);
  }

  void begin_block(unsigned long number, const char *begin, size_t size) {
    block = uint32_t(number);
    dynamic_begin = begin;
    dynamic_end = begin + size;
    release_block();
    generation = 0;
  }

  void release_block() {
    generation++;
    std::memset(clock, 0, sizeof clock);
  }

  // Lanes of a warp have met: each knows what all had done.
  void meet(unsigned first, unsigned mask) {
    uint32_t joint[32] = {};
    for (unsigned i = 0; i < 32; i++) {
      if (!(mask >> i & 1)) continue;
      clock[first + i][i]++;
      for (unsigned j = 0; j < 32; j++)
        if (clock[first + i][j] > joint[j]) joint[j] = clock[first + i][j];
    }
    for (unsigned i = 0; i < 32; i++)
      if (mask >> i & 1) std::memcpy(clock[first + i], joint, sizeof joint);
  }

  // An access by the running thread; what it races with, or null.
  const Access *access(const char *at, size_t size, bool writes, bool atomic) {
    if (size_t(at - stack) < stack_size) return nullptr;
    const Thread &t = *emulator_thread;
    const bool shared = (at >= shared_begin && at < shared_end) ||
                        (at >= dynamic_begin && at < dynamic_end);
    for (auto p = uintptr_t(at), end = p + size; p < end; p = (p | 3) + 1) {
      Access own;
      own.launch = launch, own.block = block, own.generation = generation, own.thread = t.number;
      own.moment = clock[t.number][t.lane], own.writes = writes, own.atomic = atomic;
      own.bytes = ~0u << (p & 3) & ((p | 3) < end ? 15u : 15u >> (4 - (end & 3)));
      if (const Access *other = note(cell(p), own, shared)) return other;
    }
    return nullptr;
  }

 private:
  static constexpr uintptr_t page_size = 4096, kept = 256;
  using Page = std::unique_ptr<Cell[]>;

  Cell &cell(uintptr_t address) {
    const uintptr_t number = address / page_size;
    auto &[known, cells] = found[number % kept];
    if (known != number || !cells) {
      Page &page = pages[number];
      if (!page) page.reset(new Cell[page_size / 4]());
      known = number, cells = page.get();
    }
    return cells[address % page_size / 4];
  }

  // Whether an access is ordered before what the running thread does now.
  bool before(const Access &a, bool shared) const {
    if (a.launch != launch) return true;
    if (a.block != block) return shared;  // whose memory begins a new life with every block
    const Thread &t = *emulator_thread;
    if (a.generation != generation || a.thread == t.number) return true;
    return a.thread / 32 == t.warp && clock[t.number][a.thread % 32] > a.moment;
  }

  // What is ordered before an access of the same bytes need not be known beside it, unless that
  // only reads what the other has written.
  const Access *note(Cell &c, const Access &own, bool shared) {
    Access *place = nullptr, *reader = c.known;
    for (Access &a : c.known) {
      const bool ordered = before(a, shared);
      const bool conflict = (a.bytes & own.bytes) && (a.writes || own.writes) &&
                            !(a.atomic && own.atomic);
      if (!ordered && conflict) return &a;
      const bool covered = (a.bytes & ~own.bytes) == 0 && (own.writes || !a.writes);
      if (ordered && (covered || a.launch != launch)) {
        if (place) a = Access{};
        place = &a;
      }
      if (!a.writes && a.thread / 32 == own.thread / 32 && a.block == own.block) reader = &a;
    }
    *(place ? place : reader) = own;
    return nullptr;
  }

  uint32_t launch = 0, block = 0, generation = 0;
  uint32_t clock[1024][32];  // how often a thread knows each lane of its warp to have met others
  const char *shared_begin = nullptr, *shared_end = nullptr;
  const char *dynamic_begin = nullptr, *dynamic_end = nullptr;
  std::unordered_map<uintptr_t, Page> pages;
  struct { uintptr_t number; Cell *cells; } found[kept];
};

}  // namespace emulator

#else

namespace emulator {

struct Races {
  const char *stack;
  size_t stack_size;
  void begin_launch(const char *, const char *) {}
  void begin_block(unsigned long, const char *, size_t) {}
  void release_block() {}
  void meet(unsigned, unsigned) {}
};

}  // namespace emulator

#endif
