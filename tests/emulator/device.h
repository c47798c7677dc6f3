// CUDA C for a C++17 compiler: included by force before an unmodified .cu file.
// What is not modelled (inline PTX, cooperative groups, textures, tensor cores, half precision) does
// not compile. The tokens __global__, __launch_bounds__ and __shared__ are left to source.py.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

#define __CUDACC__ 1
#define __CUDA_ARCH__ 750
#define __device__
#define __host__
#define __constant__
#define __managed__
#define __forceinline__ inline
#define __align__(n) __attribute__((aligned(n)))

#define threadIdx (emulator_thread->index)
#define blockIdx (emulator_place.block)
#define blockDim (emulator_place.block_size)
#define gridDim (emulator_place.grid_size)
#define warpSize 32

#include "vector.h"

#define EMULATOR_HERE (emulator::Site{__FILE__, __LINE__})
#define __trap() emulator_fail("__trap() at %s:%d", __FILE__, __LINE__)
#undef assert
#define assert(condition) \
  ((condition) ? (void)0  \
               : emulator_fail("%s:%d: assertion failed: %s", __FILE__, __LINE__, #condition))

#define __syncthreads() ((void)emulator_block_barrier(emulator::Vote::none, 0, EMULATOR_HERE))
#define __syncthreads_count(p) emulator_block_barrier(emulator::Vote::count, !!(p), EMULATOR_HERE)
#define __syncthreads_and(p) emulator_block_barrier(emulator::Vote::all, !!(p), EMULATOR_HERE)
#define __syncthreads_or(p) emulator_block_barrier(emulator::Vote::any, !!(p), EMULATOR_HERE)
#define __threadfence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define __threadfence_block() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define __threadfence_system() __atomic_thread_fence(__ATOMIC_SEQ_CST)

#include "atomic.h"
#include "intrinsics.h"
#include "launch.h"
#include "warp.h"

#define __noinline__ __attribute__((noinline))  // last: headers of the C++ library use the word too
