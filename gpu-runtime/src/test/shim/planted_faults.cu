// Kernels with one fault each, and their sound twins: what the host shim must find.
#include "longwave.cuh"

/** y[i] = sum of x[0..i] of one block of 64 numbers. */
extern "C" __global__ void shim_sound_scan(const float* x, float* y) {
    __shared__ float sums[64];
    int t = threadIdx.x;
    sums[t] = x[t];
    __syncthreads();
    for (int step = 1; step < 64; step *= 2) {
        float before = t >= step ? sums[t - step] : 0.0f;
        __syncthreads();
        sums[t] += before;
        __syncthreads();
    }
    y[t] = sums[t];
}

/** The same without the barrier between reading and writing. */
extern "C" __global__ void shim_missing_barrier(const float* x, float* y) {
    __shared__ float sums[64];
    int t = threadIdx.x;
    sums[t] = x[t];
    __syncthreads();
    for (int step = 1; step < 64; step *= 2) {
        float before = t >= step ? sums[t - step] : 0.0f;
        sums[t] += before;
        __syncthreads();
    }
    y[t] = sums[t];
}

/** Two sums through the same slots with no barrier between: one warp may write the second before another has read the first. */
extern "C" __global__ void shim_warp_ahead(const float* x, float* y) {
    __shared__ float slots[2];
    float total = 0.0f;
    for (int turn = 0; turn < 2; turn++) {
        float sum = warp_sum(x[threadIdx.x] + turn);
        if (threadIdx.x % 32 == 0) slots[threadIdx.x / 32] = sum;
        __syncthreads();
        total += warp_sum(threadIdx.x % 32 < 2 ? slots[threadIdx.x % 32] : 0.0f);
    }
    y[threadIdx.x] = total;
}

/** The same by block_sum, which waits before it writes. */
extern "C" __global__ void shim_sums_one_after_another(const float* x, float* y) {
    __shared__ float slots[32];
    float total = 0.0f;
    for (int turn = 0; turn < 2; turn++) {
        total += block_sum(x[threadIdx.x] + turn, slots);
        total += block_max(x[threadIdx.x] + turn, slots);
    }
    y[threadIdx.x] = total;
}

extern "C" __global__ void shim_divergent_barrier(float* y) {
    if (threadIdx.x < 16) __syncthreads();
    y[threadIdx.x] = 1.0f;
}

extern "C" __global__ void shim_lost_lane(float* y) {
    if (threadIdx.x < 31) y[threadIdx.x] = warp_sum(1.0f);
}

extern "C" __global__ void shim_mixed_collectives(float* y) {
    y[threadIdx.x] = threadIdx.x < 16 ? __shfl_xor_sync(FULL_WARP, 1.0f, 1) : __shfl_sync(FULL_WARP, 1.0f, 0);
}

extern "C" __global__ void shim_past_the_end(float* y, int n) { y[n + threadIdx.x] = 1.0f; }

extern "C" __global__ void shim_past_shared(float* y, int n) {
    DYNAMIC_SHARED(float, room);
    room[n] = 1.0f;
    y[0] = room[n];
}

/** What shared memory holds before anything is stored there. */
extern "C" __global__ void shim_unset_shared(float* y) {
    __shared__ float fixed[32];
    DYNAMIC_SHARED(float, room);
    y[threadIdx.x] = fixed[threadIdx.x];
    y[32 + threadIdx.x] = room[threadIdx.x];
    fixed[threadIdx.x] = 1.0f;
    room[threadIdx.x] = 1.0f;
}

/** Which block comes last depends on the order. */
extern "C" __global__ void shim_blocks_race(float* y) { y[0] = static_cast<float>(blockIdx.x); }

/** Every collective once: sums, largest, shuffles, ballot. */
extern "C" __global__ void shim_collectives(float* y) {
    int t = threadIdx.x;
    __shared__ float slots[32];
    float v = static_cast<float>(t);
    y[t] = warp_sum(v);
    y[64 + t] = __shfl_up_sync(FULL_WARP, v, 3, 8);
    y[128 + t] = __shfl_down_sync(FULL_WARP, v, 1);
    y[192 + t] = static_cast<float>(__popc(__ballot_sync(FULL_WARP, t % 3 == 0)));
    y[256 + t] = block_sum(v, slots);
    y[320 + t] = block_max(-v, slots);
}
