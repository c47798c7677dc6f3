// A fiber: a stack of its own, entered and left by hand. Address sanitizer is told of every switch,
// or it would take one fiber's stack for another's.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#if defined(EMULATOR_ADDRESS)
#include <sanitizer/common_interface_defs.h>
#endif

#if !defined(__x86_64__)
#error "the stack switch below is written for x86-64"
#endif

// Saves what the calling convention preserves, and exchanges the stack pointers.
asm(R"(
.text
.globl emulator_switch
.hidden emulator_switch
.type emulator_switch, @function
emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emulator_switch, . - emulator_switch
)");
extern "C" void emulator_switch(void **save, void *load);

namespace emulator {

class Fiber {
 public:
  static constexpr size_t stack_size = 256 << 10;

  // False if there is no memory. Below the stack lies a page that must not be touched.
  bool allocate() {
    void *memory = mmap(nullptr, stack_size + guard, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return false;
    mprotect(memory, guard, PROT_NONE);
    stack = static_cast<char *>(memory) + guard;
    return true;
  }

  // The next `enter` starts `main` afresh.
  void prepare(void (*main)()) {
    auto *top = reinterpret_cast<void **>(reinterpret_cast<uintptr_t>(stack + stack_size) & ~15ul);
    *--top = nullptr;  // where `main` would return to, and the alignment that the ABI asks for
    *--top = reinterpret_cast<void *>(main);
    for (int i = 0; i < 6; i++) *--top = nullptr;  // the registers that the switch restores
    pointer = top;
  }

  void enter() {  // from the scheduler
#if defined(EMULATOR_ADDRESS)
    __sanitizer_start_switch_fiber(&scheduler_fake, stack, stack_size);
#endif
    emulator_switch(&scheduler, pointer);
#if defined(EMULATOR_ADDRESS)
    __sanitizer_finish_switch_fiber(scheduler_fake, nullptr, nullptr);
#endif
  }

  void leave() {  // to the scheduler
#if defined(EMULATOR_ADDRESS)
    __sanitizer_start_switch_fiber(&fake, scheduler_stack, scheduler_stack_size);
#endif
    emulator_switch(&pointer, scheduler);
#if defined(EMULATOR_ADDRESS)
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  }

  static void begun() {  // the first thing that `main` calls
#if defined(EMULATOR_ADDRESS)
    __sanitizer_finish_switch_fiber(nullptr, &scheduler_stack, &scheduler_stack_size);
#endif
  }

  char *stack = nullptr;

 private:
  static constexpr size_t guard = 4096;
  void *pointer = nullptr;
  static inline void *scheduler = nullptr;
#if defined(EMULATOR_ADDRESS)
  void *fake = nullptr;
  static inline void *scheduler_fake = nullptr;
  static inline const void *scheduler_stack = nullptr;
  static inline size_t scheduler_stack_size = 0;
#endif
};

}  // namespace emulator
