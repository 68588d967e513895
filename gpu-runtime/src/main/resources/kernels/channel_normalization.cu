// Normalisation over the channels of each position: see io.longwave.kernel.ChannelNormalization. x is [H, P], positions fastest. A block owns 32
// positions: lane threadIdx.x has one of them, and the threads along y share its channels h = y, y + blockDim.y, ... A block's stretch of x fits the
// first-level cache, so that the second and third turn over the channels do not go to memory.
#include "longwave.cuh"

#define CHANNEL_NORMALIZATION_LANES 8

/** Sum over the threads along y for each lane, in their order; the same bits in all of them. `room` has a row of 32 for each. */
__device__ __forceinline__ float channel_sum(float value, float (*room)[32]) {
    __syncthreads();
    room[threadIdx.y][threadIdx.x] = value;
    __syncthreads();
    float sum = 0.0f;
    for (int y = 0; y < static_cast<int>(blockDim.y); y++) sum += room[y][threadIdx.x];
    return sum;
}

/** y = gain (x - m) r + bias; statistics [2, P] are m and r = 1 / sqrt(mean (x - m)^2 + epsilon); m is the mean, or 0 when not `centred`. */
extern "C" __global__ void channel_normalization_forward(const float* __restrict__ x, const float* __restrict__ gain, const float* __restrict__ bias,
        float* __restrict__ statistics, float* __restrict__ y, int channels, int positions, float epsilon, int centred) {
    __shared__ float room[CHANNEL_NORMALIZATION_LANES][32];
    int p = blockIdx.x * 32 + threadIdx.x;
    bool inside = p < positions;
    float mean = 0.0f;
    if (centred) {
        float sum = 0.0f;
        for (int h = threadIdx.y; h < channels && inside; h += blockDim.y) sum += x[static_cast<long long>(h) * positions + p];
        mean = channel_sum(sum, room) / static_cast<float>(channels);
    }
    float squares = 0.0f;
    for (int h = threadIdx.y; h < channels && inside; h += blockDim.y) {
        float d = x[static_cast<long long>(h) * positions + p] - mean;
        squares += d * d;
    }
    float r = 1.0f / sqrtf(channel_sum(squares, room) / static_cast<float>(channels) + epsilon);
    if (!inside) return;
    for (int h = threadIdx.y; h < channels; h += blockDim.y) {
        long long at = static_cast<long long>(h) * positions + p;
        y[at] = gain[h] * (x[at] - mean) * r + bias[h];
    }
    if (threadIdx.y == 0) {
        statistics[p] = mean;
        statistics[static_cast<long long>(positions) + p] = r;
    }
}

/** dx = r (g - mean(g) - xhat mean(g xhat)) with g = gain dy, without mean(g) when not `centred`. */
extern "C" __global__ void channel_normalization_backward(const float* __restrict__ x, const float* __restrict__ gain,
        const float* __restrict__ statistics, const float* __restrict__ dy, float* __restrict__ dx, int channels, int positions, int centred,
        int accumulate) {
    __shared__ float room[CHANNEL_NORMALIZATION_LANES][32];
    int p = blockIdx.x * 32 + threadIdx.x;
    bool inside = p < positions;
    float mean = inside ? statistics[p] : 0.0f;
    float r = inside ? statistics[static_cast<long long>(positions) + p] : 0.0f;
    float sum = 0.0f;
    float sum_hat = 0.0f;
    for (int h = threadIdx.y; h < channels && inside; h += blockDim.y) {
        long long at = static_cast<long long>(h) * positions + p;
        float g = gain[h] * dy[at];
        sum += g;
        sum_hat += g * ((x[at] - mean) * r);
    }
    float mean_g = channel_sum(sum, room) / static_cast<float>(channels);
    float mean_hat = channel_sum(sum_hat, room) / static_cast<float>(channels);
    if (!centred) mean_g = 0.0f;
    if (!inside) return;
    for (int h = threadIdx.y; h < channels; h += blockDim.y) {
        long long at = static_cast<long long>(h) * positions + p;
        float d = r * (gain[h] * dy[at] - mean_g - (x[at] - mean) * r * mean_hat);
        dx[at] = accumulate ? dx[at] + d : d;
    }
}

/**
 * Parts of the gradients of gain and bias: parts[s, h] = sum of dy xhat and parts[segments + s, h] = sum of dy over the positions of segment s. A
 * block owns one channel in one segment of `stretch` positions; its number is s H + h.
 */
extern "C" __global__ void channel_normalization_gain_parts(const float* __restrict__ x, const float* __restrict__ statistics,
        const float* __restrict__ dy, int channels, int positions, int stretch, int segments, float* __restrict__ parts) {
    __shared__ float slots[32];
    int h = blockIdx.x % channels;
    int s = blockIdx.x / channels;
    int first = s * stretch;
    int count = min(stretch, positions - first);
    float sum_hat = 0.0f;
    float sum = 0.0f;
    for (int i = threadIdx.x; i < count; i += blockDim.x) {
        int p = first + i;
        long long at = static_cast<long long>(h) * positions + p;
        float d = dy[at];
        sum += d;
        sum_hat += d * ((x[at] - statistics[p]) * statistics[static_cast<long long>(positions) + p]);
    }
    sum_hat = block_sum(sum_hat, slots);
    sum = block_sum(sum, slots);
    if (threadIdx.x == 0) {
        parts[static_cast<long long>(s) * channels + h] = sum_hat;
        parts[(static_cast<long long>(segments) + s) * channels + h] = sum;
    }
}
