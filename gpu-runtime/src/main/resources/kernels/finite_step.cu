// One step of a convolution with K taps in transposed direct form for S series: s[m] <- s[m + 1] + kappa[m] u, then y = s[0]. See
// io.longwave.kernel.FiniteStep.
//
// state is [H, K, S], u and y are [H, S], series fastest: lanes are series side by side, a thread has one series of one channel and goes over its
// taps. It fetches FINITE_STEP_AHEAD numbers before it stores the first of them, so that enough of the state is on its way. y may be u.
#include "longwave.cuh"

static constexpr int FINITE_STEP_AHEAD = 8;

/** taps: [H, K], the newest input's first. Grid: tiles of series by channels. */
extern "C" __global__ void finite_step(const float* __restrict__ taps, float* state, const float* u, float* y, int channels, int count,
        int series) {
    long long s = first_element();
    if (s >= series) return;
    for (long long h = blockIdx.y; h < channels; h += gridDim.y) {
        float input = u[h * series + s];
        float newest = 0.0f;
        float* line = state + h * count * series + s;
        for (long long first = 0; first < count; first += FINITE_STEP_AHEAD) {
            float next[FINITE_STEP_AHEAD];
#pragma unroll
            for (int k = 0; k < FINITE_STEP_AHEAD; k++) next[k] = first + k + 1 < count ? line[(first + k + 1) * series] : 0.0f;
#pragma unroll
            for (int k = 0; k < FINITE_STEP_AHEAD; k++) {
                if (first + k < count) {
                    float tap = taps[h * count + first + k];
                    float sum = first + k + 1 < count ? fmaf(tap, input, next[k]) : __fmul_rn(tap, input);
                    line[(first + k) * series] = sum;
                    if (first + k == 0) newest = sum;
                }
            }
        }
        y[h * series + s] = newest;
    }
}
