// One entry per kernel, through which it is launched, and the types of its parameters.
#pragma once
#include <type_traits>
#include <utility>

// The section of all __shared__ variables of a module; absent where there are none.
extern char __start_emulator_shared[] __attribute__((weak, visibility("hidden")));
extern char __stop_emulator_shared[] __attribute__((weak, visibility("hidden")));

namespace emulator {

// A parameter's type as NumPy's character of it, P for a pointer, V for a structure.
template <class T>
constexpr char code() {
  if (std::is_pointer_v<T>) return 'P';
  if (std::is_same_v<T, float>) return 'f';
  if (std::is_same_v<T, double>) return 'd';
  if (std::is_same_v<T, bool>) return '?';
  if (!std::is_integral_v<T>) return 'V';
  const char *codes = std::is_signed_v<T> ? "bhil" : "BHIL";
  return codes[sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3];
}

template <auto kernel, class = decltype(kernel)>
struct Entry;

template <auto kernel, class... A>
struct Entry<kernel, void (*)(A...)> {
  static constexpr char codes[] = {code<A>()..., 0};

  static int launch(const Call &call, char *message, size_t capacity) {
    void *addresses[sizeof...(A) + 1], **arguments = call.arguments;
    if (!arguments) {
      const size_t expected = unpack(call.packed, addresses);
      if (expected != call.packed_bytes) {
        snprintf(message, capacity, "the arguments are %zu bytes, %zu are expected",
                 call.packed_bytes, expected);
        return refused;
      }
      arguments = addresses;
    }
    return emulator_run({run, arguments, call.grid, call.block, call.dynamic_bytes,
                         __start_emulator_shared, __stop_emulator_shared},
                        message, capacity);
  }

 private:
  static void run(void *arguments) {
    apply(static_cast<void **>(arguments), std::index_sequence_for<A...>());
  }
  template <size_t... I>
  static void apply([[maybe_unused]] void **arguments, std::index_sequence<I...>) {
    kernel(*static_cast<A *>(arguments[I])...);
  }
  static size_t unpack(const char *packed, void **addresses) {
    const size_t sizes[] = {sizeof(A)..., 0}, alignments[] = {alignof(A)..., 1};
    size_t offset = 0;
    for (size_t i = 0; i < sizeof...(A); i++) {
      offset = (offset + alignments[i] - 1) / alignments[i] * alignments[i];
      addresses[i] = const_cast<char *>(packed + offset);
      offset += sizes[i];
    }
    return offset;
  }
};

}  // namespace emulator
