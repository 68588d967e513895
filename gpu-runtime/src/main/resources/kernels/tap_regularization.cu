// out = squash(smooth(k)) over kernels [R][K], and its gradient: see io.longwave.kernel.TapRegularization. One tap a thread in a grid-stride loop: the
// neighbours come from the first-level cache. Spectra of kernels take taps by RegularTaps as they load them.
#include "tap_regularization.cuh"

extern "C" __global__ void tap_regularization_forward(const float* __restrict__ taps, float* __restrict__ out, int rows, int count,
        int half_width, const float* __restrict__ threshold) {
    long long n = static_cast<long long>(rows) * count;
    for (long long at = first_element(); at < n; at += element_step()) {
        int i = static_cast<int>(at % count);
        out[at] = RegularTaps{taps + (at - i), count, half_width, threshold_at(threshold)}(i);
    }
}

/** masked = dout where |smooth(k)| > λ and 0 elsewhere. */
extern "C" __global__ void tap_regularization_mask(const float* __restrict__ taps, const float* __restrict__ gradient,
        float* __restrict__ masked, int rows, int count, int half_width, const float* __restrict__ threshold) {
    long long n = static_cast<long long>(rows) * count;
    float least = threshold_at(threshold);
    for (long long at = first_element(); at < n; at += element_step()) {
        int i = static_cast<int>(at % count);
        bool alive = !(least > 0.0f) || fabsf(RegularTaps{taps + (at - i), count, half_width, 0.0f}(i)) > least;
        masked[at] = alive ? gradient[at] : 0.0f;
    }
}

/** dk (+)= smooth(masked): the filter is its own transpose. */
extern "C" __global__ void tap_regularization_backward(const float* masked, float* target, int rows, int count, int half_width,
        int accumulate) {
    long long n = static_cast<long long>(rows) * count;
    for (long long at = first_element(); at < n; at += element_step()) {
        int i = static_cast<int>(at % count);
        float d = RegularTaps{masked + (at - i), count, half_width, 0.0f}(i);
        target[at] = accumulate ? target[at] + d : d;
    }
}
