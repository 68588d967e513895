// A short causal convolution with SiLU, one sample of each of S series: y = silu(bias + sum_k w_k x_{t-k}). See
// io.longwave.kernel.SeriesConvolution.
//
// state is [H, K - 1, S], oldest first, x and y are [H, S], series fastest: lanes are series side by side, a thread has one series of one
// channel. It moves the inputs kept for it on by one as it passes. y may be x.
#include "float_decay.cuh"

/** weight: [H, K], the newest input's tap first; state starts `at` numbers into its memory. Grid: tiles of series by channels. */
extern "C" __global__ void series_convolution(const float* __restrict__ weight, const float* __restrict__ bias, float* __restrict__ state,
        long long at, const float* x, float* y, int channels, int taps, int series) {
    long long s = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (s >= series) return;
    for (long long h = blockIdx.y; h < channels; h += gridDim.y) {
        float newest = x[h * series + s];
        float sum = bias[h];
        float* kept = state + at + h * (taps - 1) * series + s;
        float oldest = taps > 1 ? kept[0] : 0.0f;
        for (int k = 0; k < taps - 1; k++) {
            sum = fmaf(weight[h * taps + taps - 1 - k], oldest, sum);
            oldest = k == taps - 2 ? newest : kept[static_cast<long long>(k + 1) * series];
            kept[static_cast<long long>(k) * series] = oldest;
        }
        sum = fmaf(weight[h * taps], newest, sum);
        y[h * series + s] = __fmul_rn(sum, decay_sigmoid(sum));
    }
}
