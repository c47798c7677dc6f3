// The device's memory: host memory with a guard before and behind every allocation.
#pragma once
#include <cuda.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

namespace emulator {

class Memory {
 public:
  static constexpr size_t total = 4ull << 30;

  CUresult allocate(CUdeviceptr *address, size_t size) {
    if (!size) return CUDA_ERROR_INVALID_VALUE;
    std::lock_guard<std::mutex> lock(mutex);
    if (used + size > total) return CUDA_ERROR_OUT_OF_MEMORY;
    void *base = nullptr;
    if (posix_memalign(&base, alignment, before + size + behind)) return CUDA_ERROR_OUT_OF_MEMORY;
    char *begin = static_cast<char *>(base) + before;
    memset(base, canary, before);
    memset(begin, 0xff, size);  // NaN: never a lucky 0
    memset(begin + size, canary, behind);
    *address = reinterpret_cast<CUdeviceptr>(begin);
    blocks[*address] = {size, true};
    used += size;
    return CUDA_SUCCESS;
  }

  CUresult free(CUdeviceptr address) {
    std::lock_guard<std::mutex> lock(mutex);
    const auto found = blocks.find(address);
    if (found == blocks.end() || !found->second.guarded) return CUDA_ERROR_INVALID_VALUE;
    used -= found->second.size;
    blocks.erase(found);
    std::free(reinterpret_cast<char *>(address) - before);
    return CUDA_SUCCESS;
  }

  // Memory that is not the device's own: a variable of a module, pinned memory of the host.
  void know(const void *begin, size_t size) {
    std::lock_guard<std::mutex> lock(mutex);
    blocks[reinterpret_cast<CUdeviceptr>(begin)] = {size, false};
  }
  void forget(const void *begin) {
    std::lock_guard<std::mutex> lock(mutex);
    blocks.erase(reinterpret_cast<CUdeviceptr>(begin));
  }

  // The allocation around an address; false if it is in none.
  bool range(CUdeviceptr address, CUdeviceptr *begin, size_t *size) {
    std::lock_guard<std::mutex> lock(mutex);
    auto next = blocks.upper_bound(address);
    if (next == blocks.begin()) return false;
    --next;
    *begin = next->first;
    *size = next->second.size;
    return address < *begin + *size;
  }

  bool holds(CUdeviceptr address, size_t size) {
    CUdeviceptr begin;
    size_t whole;
    return !size || (range(address, &begin, &whole) && address + size <= begin + whole);
  }

  // An allocation whose guards are damaged, so that a kernel has written beyond it; else 0.
  CUdeviceptr damaged() {
    std::lock_guard<std::mutex> lock(mutex);
    for (auto &[address, block] : blocks) {
      const char *begin = reinterpret_cast<char *>(address);
      if (block.guarded && !(whole(begin - before, before) && whole(begin + block.size, behind)))
        return address;
    }
    return 0;
  }

  size_t available() {
    std::lock_guard<std::mutex> lock(mutex);
    return total - used;
  }

 private:
  struct Block { size_t size; bool guarded; };

#if defined(EMULATOR_ADDRESS)  // which has guards of its own, and sees reads too
  static constexpr size_t alignment = 256, before = 0, behind = 0;
#else
  static constexpr size_t alignment = 256, before = 256, behind = 4096;
#endif
  static constexpr int canary = 0xfe;  // large numbers, for who reads beyond the end

  static bool whole(const char *begin, size_t size) {  // each byte like the next
    return !size || (begin[0] == char(canary) && !memcmp(begin, begin + 1, size - 1));
  }

  std::mutex mutex;
  std::map<CUdeviceptr, Block> blocks;
  size_t used = 0;
};

}  // namespace emulator
