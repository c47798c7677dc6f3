// What kernels, the engine that runs them, and the stand-in of the driver share.
#pragma once
#include <cstddef>
#include <cstdint>

struct uint3 { unsigned x, y, z; };
struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

namespace emulator {

struct Thread { uint3 index; unsigned lane, warp, number; };
struct Place { uint3 block; dim3 block_size, grid_size; };

// Where in the CUDA source a thread waits.
struct Site { const char *file; int line; };

enum class Vote { none, count, all, any };

// How a kernel is launched: `call(arguments)` is the body of one thread.
struct Launch {
  void (*call)(void *);
  void *arguments;
  const unsigned *grid, *block;
  unsigned dynamic_bytes;
  char *shared_begin, *shared_end;  // the static shared memory of the kernel's module
};

// What a host gives: the address of each argument, or all of them packed as in a structure.
struct Call {
  const unsigned *grid, *block;
  unsigned dynamic_bytes;
  void **arguments;
  const char *packed;
  size_t packed_bytes;
};

enum Outcome { succeeded = 0, refused = 1, failed = 2 };

}  // namespace emulator

// C names: a kernel's library finds them in whichever library holds the engine.
extern "C" {
extern emulator::Thread *emulator_thread;
extern emulator::Place emulator_place;
int emulator_run(const emulator::Launch &launch, char *message, size_t capacity);
[[noreturn]] void emulator_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
int emulator_block_barrier(emulator::Vote vote, int predicate, emulator::Site site);
void emulator_warp_barrier(unsigned mask, emulator::Site site);
uint64_t emulator_shuffle(unsigned mask, uint64_t value, unsigned source, emulator::Site site);
unsigned emulator_ballot(unsigned mask, int predicate, emulator::Site site);
void *emulator_dynamic_shared(void);
void emulator_preempt(void);  // before an atomic operation: another thread may run first
}
