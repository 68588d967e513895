// Normalisation of each channel over the positions of a batch: see io.longwave.kernel.BatchNormalization. x is [H, B, L]; row r = h B + b has
// lengths[b] steps that count. Blocks of the elementwise kernels own a stretch of one row: block r `segments` + s has steps s `stretch` on.
// double: sums over a whole batch, and with them the variance as mean of squares less square of the mean, which floats could not hold.
#include "exact_sums.cuh"

/** Row and first steps of a block. */
struct BatchStretch {
    int h, b, first, count;
    long long row;
};

__device__ __forceinline__ BatchStretch batch_stretch(int batch, int steps, int stretch, int segments) {
    int r = blockIdx.x / segments;
    int first = blockIdx.x % segments * stretch;
    return {r / batch, r % batch, first, min(stretch, steps - first), static_cast<long long>(r) * steps};
}

/** parts[2 block] = sum of x and parts[2 block + 1] = sum of x^2 over the steps of this block that count. */
extern "C" __global__ void batch_normalization_parts(const float* __restrict__ x, const int* __restrict__ lengths, int batch, int steps, int stretch,
        int segments, double* __restrict__ parts) {
    __shared__ double slots[32];
    BatchStretch own = batch_stretch(batch, steps, stretch, segments);
    int count = min(own.count, lengths[own.b] - own.first);
    double sum = 0.0;
    double squares = 0.0;
    for (int i = threadIdx.x; i < count; i += blockDim.x) {
        double value = x[own.row + own.first + i];
        sum += value;
        squares += value * value;
    }
    sum = exact_block_sum(sum, slots);
    squares = exact_block_sum(squares, slots);
    if (threadIdx.x == 0) {
        parts[2 * static_cast<long long>(blockIdx.x)] = sum;
        parts[2 * static_cast<long long>(blockIdx.x) + 1] = squares;
    }
}

/** mean[h] and variance[h] out of the `each` parts of channel h; block h. `positions` count. */
extern "C" __global__ void batch_normalization_statistics(const double* __restrict__ parts, int each, long long positions, float* __restrict__ mean,
        float* __restrict__ variance) {
    __shared__ double slots[32];
    const double* own = parts + 2 * static_cast<long long>(blockIdx.x) * each;
    double sum = 0.0;
    double squares = 0.0;
    for (int i = threadIdx.x; i < each; i += blockDim.x) {
        sum += own[2 * i];
        squares += own[2 * i + 1];
    }
    sum = exact_block_sum(sum, slots);
    squares = exact_block_sum(squares, slots);
    if (threadIdx.x == 0) {
        double m = sum / static_cast<double>(positions);
        mean[blockIdx.x] = static_cast<float>(m);
        variance[blockIdx.x] = static_cast<float>(fmax(squares / static_cast<double>(positions) - m * m, 0.0));
    }
}

/** y = gain (x - mean) / sqrt(variance + epsilon) + bias. */
extern "C" __global__ void batch_normalization_forward(const float* __restrict__ x, const float* __restrict__ mean, const float* __restrict__ variance,
        float epsilon, const float* __restrict__ gain, const float* __restrict__ bias, float* __restrict__ y, int batch, int steps, int stretch,
        int segments) {
    BatchStretch own = batch_stretch(batch, steps, stretch, segments);
    float m = mean[own.h];
    float scale = gain[own.h] / sqrtf(variance[own.h] + epsilon);
    float shift = bias[own.h];
    for (int i = threadIdx.x; i < own.count; i += blockDim.x) {
        long long at = own.row + own.first + i;
        y[at] = scale * (x[at] - m) + shift;
    }
}

/** parts[2 block] = sum of dy xhat and parts[2 block + 1] = sum of dy over all steps of this block. */
extern "C" __global__ void batch_normalization_gradient_parts(const float* __restrict__ x, const float* __restrict__ mean,
        const float* __restrict__ variance, float epsilon, const float* __restrict__ dy, int batch, int steps, int stretch, int segments,
        double* __restrict__ parts) {
    __shared__ double slots[32];
    BatchStretch own = batch_stretch(batch, steps, stretch, segments);
    float m = mean[own.h];
    float r = 1.0f / sqrtf(variance[own.h] + epsilon);
    double sum_hat = 0.0;
    double sum = 0.0;
    for (int i = threadIdx.x; i < own.count; i += blockDim.x) {
        long long at = own.row + own.first + i;
        sum += dy[at];
        sum_hat += static_cast<double>(dy[at]) * ((x[at] - m) * r);
    }
    sum_hat = exact_block_sum(sum_hat, slots);
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) {
        parts[2 * static_cast<long long>(blockIdx.x)] = sum_hat;
        parts[2 * static_cast<long long>(blockIdx.x) + 1] = sum;
    }
}

/** sums[2 h] and sums[2 h + 1] of the `each` parts of channel h, added to the gradients of gain and bias too; block h. */
extern "C" __global__ void batch_normalization_gradient_sums(const double* __restrict__ parts, int each, float* __restrict__ sums,
        float* __restrict__ dgain, float* __restrict__ dbias) {
    __shared__ double slots[32];
    const double* own = parts + 2 * static_cast<long long>(blockIdx.x) * each;
    double sum_hat = 0.0;
    double sum = 0.0;
    for (int i = threadIdx.x; i < each; i += blockDim.x) {
        sum_hat += own[2 * i];
        sum += own[2 * i + 1];
    }
    sum_hat = exact_block_sum(sum_hat, slots);
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) {
        sums[2 * blockIdx.x] = static_cast<float>(sum_hat);
        sums[2 * blockIdx.x + 1] = static_cast<float>(sum);
        dgain[blockIdx.x] += static_cast<float>(sum_hat);
        dbias[blockIdx.x] += static_cast<float>(sum);
    }
}

/** dx = r gain (dy - (sum dy + xhat sum dy xhat) / n) at steps that count, r gain dy elsewhere; n = `positions`. */
extern "C" __global__ void batch_normalization_backward(const float* __restrict__ x, const int* __restrict__ lengths, const float* __restrict__ mean,
        const float* __restrict__ variance, float epsilon, const float* __restrict__ gain, const float* __restrict__ dy,
        const float* __restrict__ sums, float positions, float* __restrict__ dx, int batch, int steps, int stretch, int segments, int accumulate) {
    BatchStretch own = batch_stretch(batch, steps, stretch, segments);
    float m = mean[own.h];
    float r = 1.0f / sqrtf(variance[own.h] + epsilon);
    float scale = r * gain[own.h];
    float mean_hat = sums[2 * own.h] / positions;
    float mean_dy = sums[2 * own.h + 1] / positions;
    int counted = lengths[own.b] - own.first;
    for (int i = threadIdx.x; i < own.count; i += blockDim.x) {
        long long at = own.row + own.first + i;
        float through = i < counted ? mean_dy + (x[at] - m) * r * mean_hat : 0.0f;
        float d = scale * (dy[at] - through);
        dx[at] = accumulate ? dx[at] + d : d;
    }
}
