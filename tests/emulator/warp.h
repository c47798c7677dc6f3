// Shuffles and votes among the lanes that a mask names.
#pragma once

namespace emulator {

constexpr unsigned all_lanes = 0xffffffffu;

template <class T>
T shuffle(Site site, unsigned mask, T value, int source) {
  static_assert(sizeof(T) <= 8, "a shuffle moves at most 8 bytes");
  uint64_t bits = 0;
  memcpy(&bits, &value, sizeof value);
  bits = emulator_shuffle(mask, bits, unsigned(source), site);
  memcpy(&value, &bits, sizeof value);
  return value;
}

inline int lane() { return int(emulator_thread->lane); }

// The segment of `width` lanes begins at `lane & ~(width - 1)`.
inline void check_width(Site site, int width) {
  if (width < 1 || width > 32 || (width & (width - 1)))
    emulator_fail("%s:%d: the width %d of a shuffle is no power of 2 up to 32", site.file, site.line,
                  width);
}

template <class T>
T shuffle_index(Site site, unsigned mask, T value, int source, int width = 32) {
  check_width(site, width);
  return shuffle(site, mask, value, (lane() & ~(width - 1)) + (source & (width - 1)));
}

template <class T>
T shuffle_up(Site site, unsigned mask, T value, unsigned delta, int width = 32) {
  check_width(site, width);
  const int source = lane() - int(delta);
  return shuffle(site, mask, value, source < (lane() & ~(width - 1)) ? lane() : source);
}

template <class T>
T shuffle_down(Site site, unsigned mask, T value, unsigned delta, int width = 32) {
  check_width(site, width);
  const bool inside = (lane() & (width - 1)) + int(delta) < width;
  return shuffle(site, mask, value, inside ? lane() + int(delta) : lane());
}

template <class T>
T shuffle_xor(Site site, unsigned mask, T value, int bits, int width = 32) {
  check_width(site, width);
  const int source = lane() ^ bits;
  return shuffle(site, mask, value, source > (lane() | (width - 1)) ? lane() : source);
}

inline void warp_barrier(Site site, unsigned mask = all_lanes) { emulator_warp_barrier(mask, site); }

}  // namespace emulator

#define __syncwarp(...) emulator::warp_barrier(EMULATOR_HERE, ##__VA_ARGS__)
#define __shfl_sync(...) emulator::shuffle_index(EMULATOR_HERE, __VA_ARGS__)
#define __shfl_up_sync(...) emulator::shuffle_up(EMULATOR_HERE, __VA_ARGS__)
#define __shfl_down_sync(...) emulator::shuffle_down(EMULATOR_HERE, __VA_ARGS__)
#define __shfl_xor_sync(...) emulator::shuffle_xor(EMULATOR_HERE, __VA_ARGS__)
#define __ballot_sync(mask, p) emulator_ballot(mask, !!(p), EMULATOR_HERE)
#define __any_sync(mask, p) (emulator_ballot(mask, !!(p), EMULATOR_HERE) != 0)
#define __all_sync(mask, p) (emulator_ballot(mask, !(p), EMULATOR_HERE) == 0)
#define __activemask() emulator_fail("%s:%d: __activemask() has no defined value", __FILE__, __LINE__)
