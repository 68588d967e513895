// What all kernels share. Kernels are written to compile twice: by nvcc for a device and by g++ over the host shim of the tests, which makes
// the threads of a block fibers. So:
//   - kernels are extern "C" __global__ functions, in files without host code; one made by a macro is named in the macro's first argument, and
//     the macro's name ends in _KERNEL;
//   - parameters are pointers, int, long long and float;
//   - dynamic shared memory comes from DYNAMIC_SHARED, static shared arrays are declared in kernels;
//   - warp collectives are of the whole warp (FULL_WARP), block sizes are multiples of 32 where there are any;
//   - inline PTX stands in small __device__ functions with a plain C++ twin under #ifdef HOST_SHIM;
//   - nothing waits on global memory for another block, nothing counts on lanes to march in step without __syncwarp;
//   - sums are taken in a fixed order, without float atomics: equal inputs give equal bits.
#pragma once

#ifndef HOST_SHIM
#define DYNAMIC_SHARED(type, name)                                   \
    extern __shared__ __align__(16) unsigned char dynamic_shared[]; \
    type* name = reinterpret_cast<type*>(dynamic_shared)
#endif

#define FULL_WARP 0xffffffffu

/** First element of a grid-stride loop over all elements of an array. */
__device__ __forceinline__ long long first_element() { return static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; }

/** Step of that loop. */
__device__ __forceinline__ long long element_step() { return static_cast<long long>(gridDim.x) * blockDim.x; }

/** Sum over the lanes of a warp, the same bits in every lane. */
__device__ __forceinline__ float warp_sum(float value) {
    for (int bits = 16; bits > 0; bits /= 2) value += __shfl_xor_sync(FULL_WARP, value, bits);
    return value;
}

/** Largest of the lanes of a warp, in every lane. */
__device__ __forceinline__ float warp_max(float value) {
    for (int bits = 16; bits > 0; bits /= 2) value = fmaxf(value, __shfl_xor_sync(FULL_WARP, value, bits));
    return value;
}

/**
 * Sum over the threads of a one-dimensional block, the same bits in every thread. `slots` are 32 floats of shared memory, free again after the
 * next barrier.
 */
__device__ __forceinline__ float block_sum(float value, float* slots) {
    value = warp_sum(value);
    __syncthreads();
    if (threadIdx.x % 32 == 0) slots[threadIdx.x / 32] = value;
    __syncthreads();
    float total = threadIdx.x % 32 < blockDim.x / 32 ? slots[threadIdx.x % 32] : 0.0f;
    return warp_sum(total);
}

/** As block_sum, the largest. */
__device__ __forceinline__ float block_max(float value, float* slots) {
    value = warp_max(value);
    __syncthreads();
    if (threadIdx.x % 32 == 0) slots[threadIdx.x / 32] = value;
    __syncthreads();
    float total = threadIdx.x % 32 < blockDim.x / 32 ? slots[threadIdx.x % 32] : -INFINITY;
    return warp_max(total);
}

/** 1 / (1 + e^-x); 0 and 1 far out, where e^-x is infinite or nothing. */
__device__ __forceinline__ float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }
