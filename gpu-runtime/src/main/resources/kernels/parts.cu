// Second stages of sums that many blocks share: parts [S, N] are added in the order of s, so that equal inputs give equal bits.
#include "longwave.cuh"

#define PARTS_LANES 8

/**
 * out[i] = sum over s of parts[s, i], the parts starting at parts[from], added to what is there if asked. Blocks of 32 by 8 threads own 32 numbers
 * each: the threads along y take every eighth part and their sums are added in order.
 */
extern "C" __global__ void parts_sum(const float* __restrict__ parts, long long from, int count, long long n, float* __restrict__ out, int accumulate) {
    __shared__ float room[PARTS_LANES][32];
    long long i = static_cast<long long>(blockIdx.x) * 32 + threadIdx.x;
    float sum = 0.0f;
    if (i < n) {
#pragma unroll 4
        for (int s = threadIdx.y; s < count; s += PARTS_LANES) sum += parts[from + s * n + i];
    }
    room[threadIdx.y][threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y != 0 || i >= n) return;
    for (int y = 1; y < PARTS_LANES; y++) sum += room[y][threadIdx.x];
    out[i] = accumulate ? out[i] + sum : sum;
}

/** parts[s, r] = sum of x[r, i] over segment s, `stretch` numbers long, of row r of x [R, L]. Block s R + r owns it. */
extern "C" __global__ void parts_of_rows(const float* __restrict__ x, int rows, int length, int stretch, float* __restrict__ parts) {
    __shared__ float slots[32];
    int r = blockIdx.x % rows;
    int first = blockIdx.x / rows * stretch;
    int count = min(stretch, length - first);
    const float* own = x + static_cast<long long>(r) * length + first;
    float sum = 0.0f;
    for (int i = threadIdx.x; i < count; i += blockDim.x) sum += own[i];
    sum = block_sum(sum, slots);
    if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}
