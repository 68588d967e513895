// What is done to every number by itself: see io.longwave.kernel.Pointwise. One quad of elements a thread and turn; arrays of one call may be the
// same array, so none is __restrict__.
// double: the sum of squares of a whole tensor, which the contract gives as a Java double.
#include "elements.cuh"
#include "exact_sums.cuh"
#include "gelu.cuh"

__device__ __forceinline__ float identity_value(float x) { return x; }
__device__ __forceinline__ float identity_slope(float) { return 1.0f; }
__device__ __forceinline__ float relu_value(float x) { return x <= 0.0f ? 0.0f : x; }  // what is no number stays none
__device__ __forceinline__ float relu_slope(float x) { return x > 0.0f ? 1.0f : 0.0f; }
__device__ __forceinline__ float silu_value(float x) { return x * sigmoid(x); }
__device__ __forceinline__ float silu_slope(float x) {
    float s = sigmoid(x);
    return s * (1.0f + x * (1.0f - s));
}
__device__ __forceinline__ float sigmoid_slope(float x) {
    float s = sigmoid(x);
    return s * (1.0f - s);
}
__device__ __forceinline__ float softplus_value(float x) { return fmaxf(x, 0.0f) + log1pf(expf(-fabsf(x))); }
__device__ __forceinline__ float tanh_slope(float x) {
    float y = tanhf(x);
    return 1.0f - y * y;
}

/** y = f(x). */
#define POINTWISE_FORWARD_KERNEL(name, value) \
    extern "C" __global__ void name(const float* x, float* y, long long n) { \
        map_elements(x, nullptr, y, n, 0, [](float u, float, long long) { return value(u); }); \
    }

/** dx = f'(x) dy. */
#define POINTWISE_BACKWARD_KERNEL(name, slope) \
    extern "C" __global__ void name(const float* x, const float* dy, float* dx, long long n, int accumulate) { \
        map_elements(x, dy, dx, n, accumulate, [](float u, float d, long long) { return d * slope(u); }); \
    }

POINTWISE_FORWARD_KERNEL(pointwise_identity_forward, identity_value)
POINTWISE_BACKWARD_KERNEL(pointwise_identity_backward, identity_slope)
POINTWISE_FORWARD_KERNEL(pointwise_relu_forward, relu_value)
POINTWISE_BACKWARD_KERNEL(pointwise_relu_backward, relu_slope)
POINTWISE_FORWARD_KERNEL(pointwise_gelu_forward, gelu_value)
POINTWISE_BACKWARD_KERNEL(pointwise_gelu_backward, gelu_slope)
POINTWISE_FORWARD_KERNEL(pointwise_silu_forward, silu_value)
POINTWISE_BACKWARD_KERNEL(pointwise_silu_backward, silu_slope)
POINTWISE_FORWARD_KERNEL(pointwise_sigmoid_forward, sigmoid)
POINTWISE_BACKWARD_KERNEL(pointwise_sigmoid_backward, sigmoid_slope)
POINTWISE_FORWARD_KERNEL(pointwise_softplus_forward, softplus_value)
POINTWISE_BACKWARD_KERNEL(pointwise_softplus_backward, sigmoid)
POINTWISE_FORWARD_KERNEL(pointwise_tanh_forward, tanhf)
POINTWISE_BACKWARD_KERNEL(pointwise_tanh_backward, tanh_slope)
POINTWISE_FORWARD_KERNEL(pointwise_exp_forward, expf)
POINTWISE_BACKWARD_KERNEL(pointwise_exp_backward, expf)

/** out = a b. */
extern "C" __global__ void pointwise_multiply(const float* a, const float* b, float* out, long long n, int accumulate) {
    map_elements(a, b, out, n, accumulate, [](float u, float v, long long) { return u * v; });
}

/** y += factor x, or x = factor x where y is x and nothing is accumulated. */
extern "C" __global__ void pointwise_scaled(float factor, const float* x, float* y, long long n, int accumulate) {
    map_elements(x, nullptr, y, n, accumulate, [=](float u, float, long long) { return factor * u; });
}

/** parts[block] = sum of x^2 over the elements this block came by. */
extern "C" __global__ void pointwise_square_parts(const float* __restrict__ x, long long n, double* __restrict__ parts) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (long long i = first_element(); i < n; i += element_step()) sum += static_cast<double>(x[i]) * x[i];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

/** One block: the sum of the parts as two floats, total[0] + total[1], that keep 48 of its bits. */
extern "C" __global__ void pointwise_square_total(const double* __restrict__ parts, int count, float* __restrict__ total) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (int i = threadIdx.x; i < count; i += blockDim.x) sum += parts[i];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) {
        total[0] = static_cast<float>(sum);
        // a sum past the floats stays what it rounds to
        total[1] = total[0] == INFINITY ? 0.0f : static_cast<float>(sum - total[0]);
    }
}
