// Runs a kernel: one block at a time, its threads as fibers that the scheduler enters in turn. A
// fiber leaves when it must wait: at a block barrier for all threads of its block, at a warp
// operation for the lanes of its mask.
#include "engine.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <numeric>
#include <vector>

#include "fiber.h"
#include "races.h"

emulator::Thread *emulator_thread;
emulator::Place emulator_place;

namespace emulator {
namespace {

enum class State { running, at_block_barrier, at_warp_operation, finished };
enum class Operation { barrier, shuffle, ballot };
enum class Order { forward, reverse, random };

constexpr unsigned warp_size = 32, all_lanes = 0xffffffffu;
constexpr size_t shared_limit = 48 << 10, tail = 128;
constexpr int poison = 0xff, canary = 0xa5;

struct Task {
  Thread thread;
  Fiber fiber;
  State state = State::finished;
  Site site{};
  int predicate = 0;
  Vote vote = Vote::none;
  Operation operation{};
  unsigned mask = 0, source = 0;
  uint64_t value = 0, result = 0;
};

// Not memset, which sanitizers intercept and would take for a write of the scheduler's.
void fill(volatile char *begin, int byte, size_t size) {
  for (size_t i = 0; i < size; i++) begin[i] = char(byte);
}

class Engine {
 public:
  int run(const Launch &launch, char *message, size_t capacity);
  [[noreturn]] void fail(const char *format, va_list arguments);
  void report(const char *format, ...) __attribute__((format(printf, 2, 3)));

  int block_barrier(Vote vote, int predicate, Site site);
  uint64_t warp_operation(Operation operation, unsigned mask, Site site);
  void preempt();
  void access(const char *at, size_t size, bool writes, bool atomic);
  void leave() { current->fiber.leave(); }
  void body();  // what every fiber runs, for ever

  Task *current = nullptr;
  std::vector<char> dynamic_memory;
  char *dynamic = nullptr;

 private:
  bool accept(const Launch &launch);
  void read_environment();
  void allocate(unsigned threads);
  void run_block(unsigned long number);
  void begin_block(unsigned long number);
  bool turn();  // lets every thread that can run do so; whether there was one
  bool release_block();
  bool same_barrier();
  void meet(Task &task);
  bool arrived(const Task &task);
  void exchange(const Task &task);
  void say_deadlock();
  void check_dynamic_memory();
  uint64_t random();

  unsigned lanes_of(unsigned warp) const { return std::min(warp_size, threads - warp * warp_size); }
  unsigned existing(unsigned warp) const {
    unsigned n = lanes_of(warp);
    return n == warp_size ? all_lanes : (1u << n) - 1;
  }

  std::mutex mutex;  // one launch at a time
  std::vector<Task> tasks;
  std::vector<unsigned> sequence;
  const Launch *launch = nullptr;
  unsigned threads = 0, finished = 0, waiting = 0;
  bool has_failed = false;
  char error[1024] = "";
  Order order = Order::forward;
  uint64_t state = 0;
  Races races;
};

Engine engine;

void fiber_main() {
  Fiber::begun();
  engine.body();
}

void Engine::body() {
  for (;;) {
    launch->call(launch->arguments);
    current->state = State::finished;
    finished++;
    leave();
  }
}

// --- a launch ------------------------------------------------------------------------------------

int Engine::run(const Launch &given, char *message, size_t capacity) {
  std::lock_guard<std::mutex> lock(mutex);
  launch = &given;
  has_failed = false;
  error[0] = 0;
  const bool accepted = accept(given);
  if (accepted) {
    read_environment();
    allocate(threads);
    races.begin_launch(given.shared_begin, given.shared_end);
    const unsigned long blocks = 1ul * given.grid[0] * given.grid[1] * given.grid[2];
    for (unsigned long k = 0; k < blocks && !has_failed; k++)
      run_block(order == Order::reverse ? blocks - 1 - k : k);
    if (has_failed)
      for (Task &task : tasks) task.fiber.prepare(fiber_main);  // some wait where they will never go on
  }
  current = nullptr;
  emulator_thread = nullptr;
  snprintf(message, capacity, "%s", error);
  return !has_failed ? succeeded : accepted ? failed : refused;
}

bool Engine::accept(const Launch &l) {
  const unsigned *grid = l.grid, *block = l.block;
  const unsigned long size = 1ul * block[0] * block[1] * block[2];
  const size_t fixed = l.shared_end - l.shared_begin;
  if (!size || size > 1024 || block[2] > 64)
    report("invalid block (%u, %u, %u): at most 1024 threads, of which 64 along z", block[0],
           block[1], block[2]);
  else if (!grid[0] || !grid[1] || !grid[2] || grid[0] > 2147483647u || grid[1] > 65535 ||
           grid[2] > 65535)
    report("invalid grid (%u, %u, %u): at most (2147483647, 65535, 65535)", grid[0], grid[1],
           grid[2]);
  else if (fixed + l.dynamic_bytes > shared_limit)
    report("%zu bytes of static and %u of dynamic shared memory: more than %zu", fixed,
           l.dynamic_bytes, shared_limit);
  threads = unsigned(size);
  emulator_place.block_size = {block[0], block[1], block[2]};
  emulator_place.grid_size = {grid[0], grid[1], grid[2]};
  return !has_failed;
}

void Engine::read_environment() {
  const char *given = getenv("EMULATOR_ORDER");
  if (!given || !strcmp(given, "forward")) {
    order = Order::forward;
  } else if (!strcmp(given, "reverse")) {
    order = Order::reverse;
  } else if (order != Order::random) {
    order = Order::random;
    const char *seed = strchr(given, ':');
    state = 88172645463325252ull ^ (seed ? strtoull(seed + 1, nullptr, 10) * 0x9e3779b97f4a7c15 : 0);
  }
}

uint64_t Engine::random() {  // xorshift
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

void Engine::allocate(unsigned number) {
  races.stack_size = Fiber::stack_size;
  for (size_t i = tasks.size(); i < number; i++) {
    tasks.emplace_back();
    if (!tasks[i].fiber.allocate()) abort();
    tasks[i].fiber.prepare(fiber_main);
  }
  dynamic_memory.resize(std::max(dynamic_memory.size(), launch->dynamic_bytes + 2 * tail));
  const auto address = reinterpret_cast<uintptr_t>(dynamic_memory.data());
  dynamic = reinterpret_cast<char *>((address + tail - 1) / tail * tail);
  const dim3 n = emulator_place.block_size;
  for (unsigned i = 0; i < number; i++)
    tasks[i].thread = {{i % n.x, i / n.x % n.y, i / n.x / n.y}, i % warp_size, i / warp_size, i};
  sequence.resize(number);
  std::iota(sequence.begin(), sequence.end(), 0);
  if (order == Order::reverse) std::reverse(sequence.begin(), sequence.end());
}

// --- a block -------------------------------------------------------------------------------------

void Engine::run_block(unsigned long number) {
  begin_block(number);
  while (finished < threads && !has_failed) {
    bool progress = turn();
    if (!has_failed && finished < threads) progress |= release_block();
    if (!progress && !has_failed) say_deadlock();
  }
  if (!has_failed) check_dynamic_memory();
}

void Engine::begin_block(unsigned long number) {
  const dim3 n = emulator_place.grid_size;
  emulator_place.block = {unsigned(number % n.x), unsigned(number / n.x % n.y),
                          unsigned(number / n.x / n.y)};
  const size_t fixed = launch->shared_end - launch->shared_begin;
  fill(launch->shared_begin, poison, fixed);
  fill(dynamic, poison, launch->dynamic_bytes);
  fill(dynamic + launch->dynamic_bytes, canary, tail);
  finished = waiting = 0;
  races.begin_block(number, dynamic, launch->dynamic_bytes);
  for (unsigned i = 0; i < threads; i++) tasks[i].state = State::running;
}

bool Engine::turn() {
  if (order == Order::random)
    for (unsigned i = threads - 1; i > 0; i--) std::swap(sequence[i], sequence[random() % (i + 1)]);
  bool progress = false;
  for (unsigned i = 0; i < threads && !has_failed; i++) {
    Task &task = tasks[sequence[i]];
    if (task.state != State::running) continue;
    progress = true;
    current = &task;
    emulator_thread = &task.thread;
    races.stack = task.fiber.stack;
    task.fiber.enter();
  }
  return progress;
}

void Engine::preempt() {
  if (order == Order::random && (random() & 3) == 0) leave();
}

#if defined(EMULATOR_RACES)
void Engine::access(const char *at, size_t size, bool writes, bool atomic) {
  if (!current || has_failed) return;
  const Access *other = races.access(at, size, writes, atomic);
  if (!other) return;
  emulator_fail("data race: %zu bytes are %s here, and %s by thread %u of block %u, which nothing "
                "orders", size, writes ? "written" : "read", other->writes ? "written" : "read",
                unsigned(other->thread), other->block);
}
#endif

void Engine::check_dynamic_memory() {
  for (size_t i = 0; i < tail; i++)
    if (static_cast<unsigned char>(dynamic[launch->dynamic_bytes + i]) != canary) {
      report("write beyond the %u bytes of dynamic shared memory", launch->dynamic_bytes);
      return;
    }
}

// --- block barriers ------------------------------------------------------------------------------

int Engine::block_barrier(Vote vote, int predicate, Site site) {
  current->site = site;
  current->vote = vote;
  current->predicate = predicate != 0;
  current->state = State::at_block_barrier;
  waiting++;
  leave();
  return int(current->result);
}

bool Engine::release_block() {
  if (!waiting || waiting + finished != threads) return false;
  if (!same_barrier()) return true;
  const auto begin = tasks.begin(), end = begin + threads;
  const unsigned count = unsigned(std::count_if(begin, end, [](Task &t) { return t.predicate; }));
  for (auto t = begin; t != end; ++t) {
    t->result = t->vote == Vote::count ? count : t->vote == Vote::all ? count == threads : count > 0;
    t->state = State::running;
  }
  waiting = 0;
  races.release_block();
  return true;
}

// Whether all threads of the block wait at the same line.
bool Engine::same_barrier() {
  const Task *first = nullptr;
  for (unsigned i = 0; i < threads; i++) {
    const Task &t = tasks[i];
    if (t.state != State::at_block_barrier) continue;
    if (!first) first = &t;
    if (t.site.line != first->site.line || strcmp(t.site.file, first->site.file)) {
      report("divergent barrier: thread %u waits at %s:%d, thread %u at %s:%d",
             first->thread.number, first->site.file, first->site.line, t.thread.number, t.site.file,
             t.site.line);
      return false;
    }
  }
  if (!finished) return true;
  report("divergent barrier: %u of %u threads had returned when thread %u reached %s:%d", finished,
         threads, first->thread.number, first->site.file, first->site.line);
  return false;
}

// --- warp operations -----------------------------------------------------------------------------

uint64_t Engine::warp_operation(Operation operation, unsigned mask, Site site) {
  const Thread &t = current->thread;
  const unsigned exist = existing(t.warp);
  if (mask == all_lanes) mask = exist;  // the usual mask, in the last and ragged warp of a block
  if (mask & ~exist)
    emulator_fail("%s:%d: the mask %08x names lanes beyond the block", site.file, site.line, mask);
  if (!(mask >> t.lane & 1))
    emulator_fail("%s:%d: lane %u is not named by its own mask %08x", site.file, site.line, t.lane,
                  mask);
  current->site = site;
  current->operation = operation;
  current->mask = mask;
  current->state = State::at_warp_operation;
  meet(*current);
  if (current->state == State::at_warp_operation || has_failed) leave();
  return current->result;
}

void Engine::meet(Task &task) {
  if (arrived(task)) exchange(task);
}

// Whether all lanes of the task's mask wait at the same operation with the same mask.
bool Engine::arrived(const Task &task) {
  for (unsigned lane = 0; lane < lanes_of(task.thread.warp); lane++) {
    if (!(task.mask >> lane & 1)) continue;
    const Task &other = tasks[task.thread.warp * warp_size + lane];
    if (other.state == State::finished) {
      report("%s:%d: the mask %08x names lane %u, which has returned", task.site.file,
             task.site.line, task.mask, lane);
      return false;
    }
    if (other.state != State::at_warp_operation || other.mask != task.mask ||
        other.operation != task.operation)
      return false;
  }
  return true;
}

void Engine::exchange(const Task &task) {
  const unsigned first = task.thread.warp * warp_size, mask = task.mask;
  races.meet(first, mask);
  unsigned votes = 0;
  for (unsigned lane = 0; lane < warp_size; lane++)
    if (mask >> lane & 1 && tasks[first + lane].predicate) votes |= 1u << lane;
  for (unsigned lane = 0; lane < warp_size; lane++) {
    if (!(mask >> lane & 1)) continue;
    Task &t = tasks[first + lane];
    const bool defined = t.source < warp_size && mask >> t.source & 1;
    // What a lane that takes no part would give is undefined: NaN, which does no harm if unused.
    t.result = t.operation != Operation::shuffle ? votes
               : defined ? tasks[first + t.source].value : ~0ull;
    t.state = State::running;
  }
}

// --- errors --------------------------------------------------------------------------------------

void Engine::say_deadlock() {
  const auto stuck = std::find_if(tasks.begin(), tasks.begin() + threads,
                                  [](Task &t) { return t.state != State::finished; });
  report("deadlock: %u threads have returned, %u wait at a block barrier, %u at a warp operation, "
         "among them thread %u at %s:%d with the mask %08x",
         finished, waiting, threads - finished - waiting, stuck->thread.number, stuck->site.file,
         stuck->site.line, stuck->mask);
}

void Engine::report(const char *format, ...) {
  if (has_failed) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error, sizeof error, format, arguments);
  va_end(arguments);
  has_failed = true;
}

void Engine::fail(const char *format, va_list arguments) {
  if (!has_failed) {
    const uint3 b = emulator_place.block, t = current->thread.index;
    const int n = vsnprintf(error, sizeof error, format, arguments);
    if (n >= 0 && size_t(n) < sizeof error)
      snprintf(error + n, sizeof error - n, ", block (%u, %u, %u), thread (%u, %u, %u)", b.x, b.y,
               b.z, t.x, t.y, t.z);
    has_failed = true;
  }
  for (;;) leave();
}

}  // namespace
}  // namespace emulator

using emulator::engine;
using emulator::Operation;

extern "C" {

int emulator_run(const emulator::Launch &launch, char *message, size_t capacity) {
  return engine.run(launch, message, capacity);
}

void emulator_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  engine.fail(format, arguments);
}

int emulator_block_barrier(emulator::Vote vote, int predicate, emulator::Site site) {
  return engine.block_barrier(vote, predicate, site);
}

void emulator_warp_barrier(unsigned mask, emulator::Site site) {
  engine.current->predicate = 0;
  engine.warp_operation(Operation::barrier, mask, site);
}

uint64_t emulator_shuffle(unsigned mask, uint64_t value, unsigned source, emulator::Site site) {
  engine.current->value = value;
  engine.current->source = source;
  engine.current->predicate = 0;
  return engine.warp_operation(Operation::shuffle, mask, site);
}

unsigned emulator_ballot(unsigned mask, int predicate, emulator::Site site) {
  engine.current->predicate = predicate != 0;
  return unsigned(engine.warp_operation(Operation::ballot, mask, site));
}

void *emulator_dynamic_shared(void) { return engine.dynamic; }

void emulator_preempt(void) { engine.preempt(); }
}

#include "calls.h"
