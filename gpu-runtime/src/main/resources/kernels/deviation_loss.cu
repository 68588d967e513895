// Weighted mean of a function of p - q: see io.longwave.kernel.DeviationLoss. mask may be null: every element counts once.
// double: the contract's sums are over whole tensors; they stay on the device.
#include "exact_sums.cuh"

__device__ __forceinline__ float deviation_squared(float e) { return e * e; }
__device__ __forceinline__ float deviation_squared_slope(float e) { return 2.0f * e; }
__device__ __forceinline__ float deviation_absolute(float e) { return fabsf(e); }
__device__ __forceinline__ float deviation_absolute_slope(float e) { return e > 0.0f ? 1.0f : e < 0.0f ? -1.0f : e; }  // NaN stays NaN
__device__ __forceinline__ float deviation_huber(float e) { return fabsf(e) <= 1.0f ? 0.5f * e * e : fabsf(e) - 0.5f; }
__device__ __forceinline__ float deviation_huber_slope(float e) { return e > 1.0f ? 1.0f : e < -1.0f ? -1.0f : e; }

/** parts[2 block] = sum of m l(p - q), parts[2 block + 1] = sum of m, over the elements this block came by. */
#define DEVIATION_PARTS_KERNEL(name, function) \
    extern "C" __global__ void name(const float* __restrict__ p, const float* __restrict__ q, const float* __restrict__ mask, long long n, \
            double* __restrict__ parts) { \
        __shared__ double slots[32]; \
        double sum = 0.0; \
        double weights = 0.0; \
        for (long long i = first_element(); i < n; i += element_step()) { \
            float m = mask != nullptr ? mask[i] : 1.0f; \
            sum += static_cast<double>(m) * function(p[i] - q[i]); \
            weights += m; \
        } \
        sum = exact_block_sum(sum, slots); \
        weights = exact_block_sum(weights, slots); \
        if (threadIdx.x == 0) { \
            parts[2 * blockIdx.x] = sum; \
            parts[2 * blockIdx.x + 1] = weights; \
        } \
    }

DEVIATION_PARTS_KERNEL(deviation_loss_squared_parts, deviation_squared)
DEVIATION_PARTS_KERNEL(deviation_loss_absolute_parts, deviation_absolute)
DEVIATION_PARTS_KERNEL(deviation_loss_huber_parts, deviation_huber)

/** One block: out[slot] = sum / weights of the parts, 0 where the weights sum to 0. */
extern "C" __global__ void deviation_loss_total(const double* __restrict__ parts, int blocks, float* __restrict__ out, int slot) {
    __shared__ double slots[32];
    double sum = 0.0;
    double weights = 0.0;
    for (int i = threadIdx.x; i < blocks; i += blockDim.x) {
        sum += parts[2 * i];
        weights += parts[2 * i + 1];
    }
    sum = exact_block_sum(sum, slots);
    weights = exact_block_sum(weights, slots);
    if (threadIdx.x == 0) out[slot] = weights == 0.0 ? 0.0f : static_cast<float>(sum / weights);
}

/** parts[block] = sum of the mask over the elements this block came by. */
extern "C" __global__ void deviation_loss_mask_parts(const float* __restrict__ mask, long long n, double* __restrict__ parts) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (long long i = first_element(); i < n; i += element_step()) sum += mask[i];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

/** One block: scale[0] = weight / sum of the parts, 0 where that is 0. */
extern "C" __global__ void deviation_loss_mask_scale(const double* __restrict__ parts, int blocks, float weight, float* __restrict__ scale) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (int i = threadIdx.x; i < blocks; i += blockDim.x) sum += parts[i];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) scale[0] = sum == 0.0 ? 0.0f : static_cast<float>(weight / sum);
}

/** dp = scale m l'(p - q), one element a thread, in a grid-stride loop; the scale is masked_scale[0] where there is a mask, else plain_scale. */
#define DEVIATION_BACKWARD_KERNEL(name, slope) \
    extern "C" __global__ void name(const float* __restrict__ p, const float* __restrict__ q, const float* __restrict__ mask, \
            const float* __restrict__ masked_scale, float plain_scale, float* __restrict__ dp, long long n, int accumulate) { \
        float scale = mask != nullptr ? masked_scale[0] : plain_scale; \
        for (long long i = first_element(); i < n; i += element_step()) { \
            float d = scale * (mask != nullptr ? mask[i] : 1.0f) * slope(p[i] - q[i]); \
            dp[i] = accumulate ? dp[i] + d : d; \
        } \
    }

DEVIATION_BACKWARD_KERNEL(deviation_loss_squared_backward, deviation_squared_slope)
DEVIATION_BACKWARD_KERNEL(deviation_loss_absolute_backward, deviation_absolute_slope)
DEVIATION_BACKWARD_KERNEL(deviation_loss_huber_backward, deviation_huber_slope)
