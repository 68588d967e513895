// out = squash(smooth(k)) over kernels [R][K]: see io.longwave.kernel.TapRegularization. Smooth is the mean of 2p + 1 neighbours, taps
// outside the row counting as 0; squash is the soft threshold λ. p = 0 and λ = 0 leave out their step. One tap a thread in a grid-stride
// loop: p is small, so the neighbours come from the first-level cache.
#include "longwave.cuh"

/** Mean of the neighbours of tap i of the row that begins at `row`. */
__device__ __forceinline__ float smoothed_tap(const float* row, int i, int taps, int half_width) {
    if (half_width == 0) return row[i];
    float sum = 0.0f;
    int last = static_cast<int>(min(taps - 1LL, static_cast<long long>(i) + half_width));
    for (int m = max(0, i - half_width); m <= last; m++) sum += row[m];
    return sum / (2.0f * static_cast<float>(half_width) + 1.0f);
}

extern "C" __global__ void tap_regularization_forward(const float* __restrict__ taps, float* __restrict__ out, int rows, int count,
        int half_width, float threshold) {
    long long n = static_cast<long long>(rows) * count;
    for (long long at = first_element(); at < n; at += element_step()) {
        int i = static_cast<int>(at % count);
        float k = smoothed_tap(taps + (at - i), i, count, half_width);
        out[at] = threshold == 0.0f ? k : copysignf(fmaxf(fabsf(k) - threshold, 0.0f), k);
    }
}

/** masked = dout where |smooth(k)| > λ and 0 elsewhere; λ > 0. */
extern "C" __global__ void tap_regularization_mask(const float* __restrict__ taps, const float* __restrict__ gradient,
        float* __restrict__ masked, int rows, int count, int half_width, float threshold) {
    long long n = static_cast<long long>(rows) * count;
    for (long long at = first_element(); at < n; at += element_step()) {
        int i = static_cast<int>(at % count);
        masked[at] = fabsf(smoothed_tap(taps + (at - i), i, count, half_width)) > threshold ? gradient[at] : 0.0f;
    }
}

/** dk (+)= smooth(masked): the filter is its own transpose. */
extern "C" __global__ void tap_regularization_backward(const float* masked, float* target, int rows, int count, int half_width,
        int accumulate) {
    long long n = static_cast<long long>(rows) * count;
    for (long long at = first_element(); at < n; at += element_step()) {
        int i = static_cast<int>(at % count);
        float d = smoothed_tap(masked + (at - i), i, count, half_width);
        target[at] = accumulate ? target[at] + d : d;
    }
}
