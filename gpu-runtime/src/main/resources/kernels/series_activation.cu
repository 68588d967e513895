// Activations for one sample of each of many series. See io.longwave.kernel.SeriesActivation. Numbers are series fastest; element-wise
// kernels run in a grid-stride loop, the norm has a thread per series, which walks over its channels three times, for mean, size and
// result.
#include "float_decay.cuh"

/** x <- x Phi(x). */
extern "C" __global__ void series_activation_gelu(float* x, long long n) {
    for (long long i = first_element(); i < n; i += element_step()) x[i] = decay_gelu(x[i]);
}

/** y += a sigmoid(b); x is [2][n], a over b. */
extern "C" __global__ void series_activation_gated(const float* __restrict__ x, float* __restrict__ y, long long n) {
    for (long long i = first_element(); i < n; i += element_step()) y[i] = fmaf(x[i], decay_sigmoid(x[n + i]), y[i]);
}

/** y = gain (x - m) r + bias over the channels of each series, x and y [H, S]; y may be x. With centred 0, m is 0. */
extern "C" __global__ void series_activation_norm(const float* x, const float* __restrict__ gain, const float* __restrict__ bias, float* y,
        int channels, int series, float epsilon, int centred) {
    long long s = first_element();
    if (s >= series) return;
    float mean = 0.0f;
    if (centred) {
        for (long long h = 0; h < channels; h++) mean = __fadd_rn(mean, x[h * series + s]);
        mean = mean / channels;
    }
    float squares = 0.0f;
    for (long long h = 0; h < channels; h++) {
        float d = __fadd_rn(x[h * series + s], -mean);
        squares = fmaf(d, d, squares);
    }
    float r = 1.0f / __fsqrt_rn(__fadd_rn(squares / channels, epsilon));
    for (long long h = 0; h < channels; h++) {
        y[h * series + s] = fmaf(__fmul_rn(__fadd_rn(x[h * series + s], -mean), r), gain[h], bias[h]);
    }
}

/** y = gain (x - mean) + bias, channel by channel, x and y [H, S]; y may be x. Grid: tiles of series by channels. */
extern "C" __global__ void series_activation_scale(const float* x, const float* __restrict__ mean, const float* __restrict__ gain,
        const float* __restrict__ bias, float* y, int channels, int series) {
    long long s = first_element();
    if (s >= series) return;
    for (long long h = blockIdx.y; h < channels; h += gridDim.y) {
        y[h * series + s] = fmaf(__fadd_rn(x[h * series + s], -mean[h]), gain[h], bias[h]);
    }
}
