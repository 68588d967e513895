// Sums in double. They are taken over numbers read once from memory, which is what takes the time: Hopper adds doubles at half the rate of floats.
#pragma once
#include "longwave.cuh"

/** Sum over the lanes of a warp, the same bits in every lane. */
__device__ __forceinline__ double exact_warp_sum(double value) {
    for (int bits = 16; bits > 0; bits /= 2) value += __shfl_xor_sync(FULL_WARP, value, bits);
    return value;
}

/**
 * Sum over the threads of a one-dimensional block, the same bits in every thread. `slots` are 32 doubles of shared memory, free again after the
 * next barrier.
 */
__device__ __forceinline__ double exact_block_sum(double value, double* slots) {
    value = exact_warp_sum(value);
    __syncthreads();
    if (threadIdx.x % 32 == 0) slots[threadIdx.x / 32] = value;
    __syncthreads();
    double total = threadIdx.x % 32 < blockDim.x / 32 ? slots[threadIdx.x % 32] : 0.0;
    return exact_warp_sum(total);
}
