// A short causal filter along the time of a grid, y[h,v,t] = bias[h] + sum_j w[h,j] x[h,v,t-j]. See io.longwave.kernel.ColumnConvolution.
//
// Grids are [H, V, L, B], batch fastest: `row` = L B numbers belong to a channel and variate, the input one step before stands `batch`
// numbers before. One element a thread; bias first, then from the newest input to the oldest, so that a stream gives the bits of the whole.
#include "longwave.cuh"

static constexpr int COLUMN_CONVOLUTION_THREADS = 256;

/** tail, [H V, W - 1, B], are the inputs before x, the last ones last; null for zeros. */
extern "C" __global__ void column_convolution_forward(const float* __restrict__ x, const float* __restrict__ weight,
        const float* __restrict__ bias, const float* __restrict__ tail, float* __restrict__ y, long long n, long long row, int variates,
        int batch, int taps) {
    for (long long i = first_element(); i < n; i += element_step()) {
        long long line = i / row;
        long long h = line / variates;
        long long t = i % row / batch;
        float sum = bias[h];
        for (int j = 0; j < taps; j++) {
            if (j <= t) {
                sum = fmaf(weight[h * taps + j], x[i - static_cast<long long>(j) * batch], sum);
            } else if (tail != nullptr) {
                sum = fmaf(weight[h * taps + j], tail[(line * (taps - 1) + taps - 1 + t - j) * batch + i % batch], sum);
            }
        }
        y[i] = sum;
    }
}

/** Moves the tail on past x. A thread has a line of one member of the batch and goes from the oldest to the newest. */
extern "C" __global__ void column_convolution_tail(const float* __restrict__ x, float* __restrict__ tail, long long lines, int steps,
        int batch, int taps) {
    for (long long i = first_element(); i < lines * batch; i += element_step()) {
        long long line = i / batch, b = i % batch;
        for (int t = 0; t < taps - 1; t++) {
            int from = steps + t;
            tail[(line * (taps - 1) + t) * batch + b] = from < taps - 1 ? tail[(line * (taps - 1) + from) * batch + b]
                                                                       : x[(line * steps + from - (taps - 1)) * batch + b];
        }
    }
}

/** dx[t] = sum_j w[j] dy[t+j]. */
extern "C" __global__ void column_convolution_input_gradient(const float* __restrict__ weight, const float* __restrict__ dy,
        float* __restrict__ dx, long long n, long long row, int variates, int batch, int steps, int taps, int accumulate) {
    for (long long i = first_element(); i < n; i += element_step()) {
        long long h = i / row / variates;
        long long t = i % row / batch;
        float sum = accumulate ? dx[i] : 0.0f;
        for (int j = 0; j < taps && t + j < steps; j++) sum = fmaf(weight[h * taps + j], dy[i + static_cast<long long>(j) * batch], sum);
        dx[i] = sum;
    }
}

/**
 * partial[slice, h, j] = sum of dy x[t-j] over a slice of the channel's numbers, for j < W; of dy for j = W. Grid: slices by channels by
 * W + 1.
 */
extern "C" __global__ void __launch_bounds__(COLUMN_CONVOLUTION_THREADS) column_convolution_weight_sums(const float* __restrict__ x,
        const float* __restrict__ dy, float* __restrict__ partial, int channels, long long per_channel, long long row, int batch,
        int taps) {
    __shared__ float slots[32];
    int j = blockIdx.z;
    for (int h = blockIdx.y; h < channels; h += gridDim.y) {
        float sum = 0.0f;
        for (long long i = first_element(); i < per_channel; i += element_step()) {
            long long at = h * per_channel + i;
            if (j == taps) {
                sum += dy[at];
            } else if (i % row >= static_cast<long long>(j) * batch) {
                sum = fmaf(dy[at], x[at - static_cast<long long>(j) * batch], sum);
            }
        }
        sum = block_sum(sum, slots);
        if (threadIdx.x == 0) partial[(static_cast<long long>(blockIdx.x) * channels + h) * (taps + 1) + j] = sum;
    }
}

/** dw and dbias gain the sums of the slices, in their order. */
extern "C" __global__ void column_convolution_add_sums(const float* __restrict__ partial, float* __restrict__ dw, float* __restrict__ dbias,
        int channels, int taps, int slices) {
    int i = static_cast<int>(first_element());
    if (i >= channels * (taps + 1)) return;
    float sum = 0.0f;
    for (int slice = 0; slice < slices; slice++) sum += partial[static_cast<long long>(slice) * channels * (taps + 1) + i];
    int h = i / (taps + 1), j = i % (taps + 1);
    if (j == taps) {
        dbias[h] += sum;
    } else {
        dw[h * taps + j] += sum;
    }
}
