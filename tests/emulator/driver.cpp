// A stand-in for libcuda.so.1: the driver's interface to a device that is the engine on the CPU.
// Streams are synchronous. What PyCUDA refers to and is not here, returns "not supported".
#include <cuda.h>
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine.h"
#include "memory.h"

#define API extern "C" __attribute__((visibility("default"))) CUresult
#define CHECK(condition, error) \
  if (!(condition)) return error
#define IN_CONTEXT CHECK(!contexts.empty(), CUDA_ERROR_INVALID_CONTEXT)

namespace {

using Clock = std::chrono::steady_clock;

using emulator::Call;
using Entry = int (*)(const Call &, char *, size_t);

struct Context {};
struct Function { std::string name; Entry launch; };
struct Event { Clock::time_point time; bool recorded = false; };

emulator::Memory memory;
Context primary;
thread_local std::vector<CUcontext> contexts;
std::string last_error;

template <class T>
T *as(void *handle) { return static_cast<T *>(handle); }

}  // namespace

// --- the device ----------------------------------------------------------------------------------

API cuInit(unsigned) {
  return getenv("EMULATOR_NO_DEVICE") ? CUDA_ERROR_NO_DEVICE : CUDA_SUCCESS;
}
API cuDriverGetVersion(int *version) { return *version = CUDA_VERSION, CUDA_SUCCESS; }
API cuDeviceGetCount(int *count) { return *count = 1, CUDA_SUCCESS; }
API cuDeviceGet(CUdevice *device, int i) {
  return *device = 0, i ? CUDA_ERROR_INVALID_DEVICE : CUDA_SUCCESS;
}
API cuDeviceGetName(char *name, int size, CUdevice) {
  return snprintf(name, size, "CPU emulation, not a GPU"), CUDA_SUCCESS;
}
API cuDeviceTotalMem(size_t *bytes, CUdevice) { return *bytes = memory.total, CUDA_SUCCESS; }
API cuDeviceGetPCIBusId(char *id, int size, CUdevice) {
  return snprintf(id, size, "0000:00:00.0"), CUDA_SUCCESS;
}
API cuDeviceGetByPCIBusId(CUdevice *device, const char *) { return *device = 0, CUDA_SUCCESS; }
extern "C" __attribute__((visibility("default"))) CUresult CUDAAPI
cuDeviceComputeCapability(int *major, int *minor, CUdevice) {
  return *major = 7, *minor = 5, CUDA_SUCCESS;
}

API cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice) {
  switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X:
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y:
    case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR: *value = 1024; break;
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z: *value = 64; break;
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X:
    case CU_DEVICE_ATTRIBUTE_MAX_PITCH: *value = 2147483647; break;
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y:
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z: *value = 65535; break;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK: *value = 48 << 10; break;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR:
    case CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY:
    case CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK: *value = 64 << 10; break;
    case CU_DEVICE_ATTRIBUTE_WARP_SIZE: *value = 32; break;
    case CU_DEVICE_ATTRIBUTE_CLOCK_RATE: *value = 1000000; break;
    case CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT: *value = 512; break;
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: *value = 2; break;
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR: *value = 16; break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *value = 7; break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *value = 5; break;
    case CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING: *value = 1; break;
    default: *value = 0;
  }
  return CUDA_SUCCESS;
}

// --- contexts ------------------------------------------------------------------------------------

API cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice) {
  return *context = reinterpret_cast<CUcontext>(&primary), CUDA_SUCCESS;
}
API cuDevicePrimaryCtxRelease(CUdevice) { return CUDA_SUCCESS; }
API cuCtxPushCurrent(CUcontext context) { return contexts.push_back(context), CUDA_SUCCESS; }
API cuCtxPopCurrent(CUcontext *context) {
  IN_CONTEXT;
  if (context) *context = contexts.back();
  return contexts.pop_back(), CUDA_SUCCESS;
}
static CUresult create(CUcontext *context) {
  *context = reinterpret_cast<CUcontext>(new Context);
  return cuCtxPushCurrent(*context);
}
#if CUDA_VERSION >= 13000
API cuCtxCreate(CUcontext *context, CUctxCreateParams *, unsigned, CUdevice) {
  return create(context);
}
#else
API cuCtxCreate(CUcontext *context, unsigned, CUdevice) { return create(context); }
#endif
extern "C" __attribute__((visibility("default"))) CUresult cuCtxAttach(CUcontext *context, unsigned) {
  IN_CONTEXT;
  return *context = contexts.back(), CUDA_SUCCESS;
}
extern "C" __attribute__((visibility("default"))) CUresult cuCtxDetach(CUcontext context) {
  if (!contexts.empty() && contexts.back() == context) contexts.pop_back();
  return CUDA_SUCCESS;
}
API cuCtxDestroy(CUcontext context) { return cuCtxDetach(context); }
API cuCtxGetCurrent(CUcontext *context) {
  return *context = contexts.empty() ? nullptr : contexts.back(), CUDA_SUCCESS;
}
API cuCtxGetDevice(CUdevice *device) {
  IN_CONTEXT;
  return *device = 0, CUDA_SUCCESS;
}
API cuCtxSynchronize(void) {
  IN_CONTEXT;
  return CUDA_SUCCESS;
}
API cuCtxGetApiVersion(CUcontext, unsigned *version) { return *version = CUDA_VERSION, CUDA_SUCCESS; }

// --- memory --------------------------------------------------------------------------------------

API cuMemAlloc(CUdeviceptr *address, size_t size) {
  IN_CONTEXT;
  return memory.allocate(address, size);
}
API cuMemFree(CUdeviceptr address) { return memory.free(address); }
API cuMemAllocPitch(CUdeviceptr *address, size_t *pitch, size_t width, size_t height, unsigned) {
  *pitch = (width + 511) / 512 * 512;
  return cuMemAlloc(address, *pitch * height);
}
API cuMemGetInfo(size_t *available, size_t *total) {
  IN_CONTEXT;
  return *available = memory.available(), *total = memory.total, CUDA_SUCCESS;
}
API cuMemGetAddressRange(CUdeviceptr *begin, size_t *size, CUdeviceptr address) {
  return memory.range(address, begin, size) ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}
API cuMemHostAlloc(void **begin, size_t size, unsigned) {
  CHECK(!posix_memalign(begin, 4096, size), CUDA_ERROR_OUT_OF_MEMORY);
  return memory.know(*begin, size), CUDA_SUCCESS;
}
API cuMemFreeHost(void *begin) { return memory.forget(begin), free(begin), CUDA_SUCCESS; }
API cuMemHostGetDevicePointer(CUdeviceptr *address, void *begin, unsigned) {
  return *address = reinterpret_cast<CUdeviceptr>(begin), CUDA_SUCCESS;
}

API cuMemcpyHtoD(CUdeviceptr to, const void *from, size_t size) {
  IN_CONTEXT;
  CHECK(memory.holds(to, size), CUDA_ERROR_INVALID_VALUE);
  return memcpy(reinterpret_cast<void *>(to), from, size), CUDA_SUCCESS;
}
API cuMemcpyDtoH(void *to, CUdeviceptr from, size_t size) {
  IN_CONTEXT;
  CHECK(memory.holds(from, size), CUDA_ERROR_INVALID_VALUE);
  return memcpy(to, reinterpret_cast<void *>(from), size), CUDA_SUCCESS;
}
API cuMemcpyDtoD(CUdeviceptr to, CUdeviceptr from, size_t size) {
  IN_CONTEXT;
  CHECK(memory.holds(to, size) && memory.holds(from, size), CUDA_ERROR_INVALID_VALUE);
  return memmove(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from), size), CUDA_SUCCESS;
}
API cuMemcpyHtoDAsync(CUdeviceptr to, const void *from, size_t size, CUstream) {
  return cuMemcpyHtoD(to, from, size);
}
API cuMemcpyDtoHAsync(void *to, CUdeviceptr from, size_t size, CUstream) {
  return cuMemcpyDtoH(to, from, size);
}
API cuMemcpyDtoDAsync(CUdeviceptr to, CUdeviceptr from, size_t size, CUstream) {
  return cuMemcpyDtoD(to, from, size);
}

template <class T>
static CUresult fill(CUdeviceptr to, T value, size_t count) {
  IN_CONTEXT;
  CHECK(memory.holds(to, count * sizeof(T)), CUDA_ERROR_INVALID_VALUE);
  return std::fill_n(reinterpret_cast<T *>(to), count, value), CUDA_SUCCESS;
}
API cuMemsetD8(CUdeviceptr to, unsigned char value, size_t n) { return fill(to, value, n); }
API cuMemsetD16(CUdeviceptr to, unsigned short value, size_t n) { return fill(to, value, n); }
API cuMemsetD32(CUdeviceptr to, unsigned value, size_t n) { return fill(to, value, n); }
API cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t n, CUstream) {
  return fill(to, value, n);
}
API cuMemsetD16Async(CUdeviceptr to, unsigned short value, size_t n, CUstream) {
  return fill(to, value, n);
}
API cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t n, CUstream) {
  return fill(to, value, n);
}

// --- streams and events --------------------------------------------------------------------------

API cuStreamCreate(CUstream *stream, unsigned) {
  IN_CONTEXT;
  return *stream = reinterpret_cast<CUstream>(new char), CUDA_SUCCESS;
}
API cuStreamDestroy(CUstream stream) {
  return delete reinterpret_cast<char *>(stream), CUDA_SUCCESS;
}
API cuStreamSynchronize(CUstream) { return CUDA_SUCCESS; }
API cuStreamQuery(CUstream) { return CUDA_SUCCESS; }
API cuStreamWaitEvent(CUstream, CUevent, unsigned) { return CUDA_SUCCESS; }
API cuEventCreate(CUevent *event, unsigned) {
  return *event = reinterpret_cast<CUevent>(new Event), CUDA_SUCCESS;
}
API cuEventDestroy(CUevent event) { return delete as<Event>(event), CUDA_SUCCESS; }
API cuEventRecord(CUevent event, CUstream) {
  return *as<Event>(event) = {Clock::now(), true}, CUDA_SUCCESS;
}
API cuEventQuery(CUevent) { return CUDA_SUCCESS; }
API cuEventSynchronize(CUevent) { return CUDA_SUCCESS; }
API cuEventElapsedTime(float *milliseconds, CUevent from, CUevent to) {
  const Event &a = *as<Event>(from), &b = *as<Event>(to);
  CHECK(a.recorded && b.recorded, CUDA_ERROR_INVALID_HANDLE);
  *milliseconds = std::chrono::duration<float, std::milli>(b.time - a.time).count();
  return CUDA_SUCCESS;
}

// --- modules -------------------------------------------------------------------------------------

// An image is what the stand-in of nvcc writes: "EMULATED", the size of a library, the library.
API cuModuleLoadData(CUmodule *module, const void *image) {
  IN_CONTEXT;
  const char *bytes = static_cast<const char *>(image);
  CHECK(!memcmp(bytes, "EMULATED", 8), CUDA_ERROR_INVALID_IMAGE);
  uint64_t size;
  memcpy(&size, bytes + 8, sizeof size);
  char name[] = "/tmp/emulated-XXXXXX";  // new each time, because libraries are known by name
  const int file = mkstemp(name);
  CHECK(file >= 0, CUDA_ERROR_OUT_OF_MEMORY);
  const bool written = write(file, bytes + 16, size) == static_cast<ssize_t>(size);
  close(file);
  void *library = written ? dlopen(name, RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (written && !library) last_error = dlerror();
  unlink(name);
  *module = static_cast<CUmodule>(library);
  return library ? CUDA_SUCCESS : CUDA_ERROR_INVALID_IMAGE;
}
API cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned, CUjit_option *, void **) {
  return cuModuleLoadData(module, image);
}
API cuModuleLoad(CUmodule *module, const char *name) {
  std::ifstream file(name, std::ios::binary);
  CHECK(file, CUDA_ERROR_FILE_NOT_FOUND);
  const std::string image{std::istreambuf_iterator<char>(file), {}};
  return cuModuleLoadData(module, image.data());
}
API cuModuleUnload(CUmodule module) { return dlclose(module), CUDA_SUCCESS; }
API cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name) {
  void *entry = dlsym(module, (std::string("emulator_launch_") + name).c_str());
  CHECK(entry, CUDA_ERROR_NOT_FOUND);
  *function = reinterpret_cast<CUfunction>(new Function{name, reinterpret_cast<Entry>(entry)});
  return CUDA_SUCCESS;
}
API cuModuleGetGlobal(CUdeviceptr *address, size_t *size, CUmodule module, const char *name) {
  void *variable = dlsym(module, name);
  CHECK(variable, CUDA_ERROR_NOT_FOUND);
  Dl_info info;
  ElfW(Sym) *symbol = nullptr;
  const bool found =
      dladdr1(variable, &info, reinterpret_cast<void **>(&symbol), RTLD_DL_SYMENT) && symbol;
  CHECK(found, CUDA_ERROR_NOT_FOUND);
  memory.know(variable, symbol->st_size);
  if (address) *address = reinterpret_cast<CUdeviceptr>(variable);
  if (size) *size = symbol->st_size;
  return CUDA_SUCCESS;
}

API cuFuncGetAttribute(int *value, CUfunction_attribute attribute, CUfunction) {
  switch (attribute) {
    case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK: *value = 1024; break;
    case CU_FUNC_ATTRIBUTE_NUM_REGS: *value = 32; break;
    case CU_FUNC_ATTRIBUTE_PTX_VERSION:
    case CU_FUNC_ATTRIBUTE_BINARY_VERSION: *value = 75; break;
    default: *value = 0;
  }
  return CUDA_SUCCESS;
}
API cuFuncSetAttribute(CUfunction, CUfunction_attribute, int) { return CUDA_SUCCESS; }
API cuFuncSetCacheConfig(CUfunction, CUfunc_cache) { return CUDA_SUCCESS; }
extern "C" __attribute__((visibility("default"))) CUresult cuFuncSetBlockShape(CUfunction, int, int,
                                                                               int) {
  return CUDA_SUCCESS;  // the block comes with the launch too
}

API cuLaunchKernel(CUfunction handle, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                   unsigned by, unsigned bz, unsigned shared, CUstream, void **arguments,
                   void **extra) {
  IN_CONTEXT;
  const unsigned grid[] = {gx, gy, gz}, block[] = {bx, by, bz};
  Call call{grid, block, shared, arguments, nullptr, 0};
  for (void **p = extra; p && *p != CU_LAUNCH_PARAM_END; p += 2) {
    if (*p == CU_LAUNCH_PARAM_BUFFER_POINTER) call.packed = static_cast<char *>(p[1]);
    if (*p == CU_LAUNCH_PARAM_BUFFER_SIZE) call.packed_bytes = *static_cast<size_t *>(p[1]);
  }
  const Function &function = *as<Function>(handle);
  char message[1024];
  const int outcome = function.launch(call, message, sizeof message);
  last_error = "kernel " + function.name + ": " + message;
  if (!outcome && memory.damaged()) {
    last_error = "kernel " + function.name + ": write beyond an allocation of device memory";
    return CUDA_ERROR_ILLEGAL_ADDRESS;
  }
  return !outcome                       ? CUDA_SUCCESS
         : outcome == emulator::refused ? CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES
                                        : CUDA_ERROR_LAUNCH_FAILED;
}

API cuProfilerStart(void) { return CUDA_SUCCESS; }
API cuProfilerStop(void) { return CUDA_SUCCESS; }

API cuGetErrorString(CUresult error, const char **text) {
  switch (error) {
    case CUDA_SUCCESS: *text = "no error"; break;
    case CUDA_ERROR_NO_DEVICE: *text = "no CUDA-capable device is detected"; break;
    case CUDA_ERROR_INVALID_VALUE: *text = "invalid argument (CPU emulation)"; break;
    case CUDA_ERROR_OUT_OF_MEMORY: *text = "out of memory (CPU emulation)"; break;
    case CUDA_ERROR_NOT_SUPPORTED: *text = "not supported by the CPU emulation"; break;
    case CUDA_ERROR_NOT_FOUND: *text = "named symbol not found"; break;
    case CUDA_ERROR_INVALID_CONTEXT: *text = "invalid device context"; break;
    case CUDA_ERROR_LAUNCH_FAILED:
    case CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES:
    case CUDA_ERROR_ILLEGAL_ADDRESS:
    case CUDA_ERROR_INVALID_IMAGE: *text = last_error.c_str(); break;
    default: *text = "an error of the CPU emulation";
  }
  return CUDA_SUCCESS;
}
