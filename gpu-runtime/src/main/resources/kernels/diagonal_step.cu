// One step of H channels of n complex modes for S series: x <- a x + b u, y = 2 Re sum c x + d u. See io.longwave.kernel.DiagonalStep.
//
// state is [H, n, 2, S] and u, y are [H, S], series fastest: the lanes of a warp are 32 series side by side, so every access is one whole
// line. A thread has DIAGONAL_STEP_SERIES series of one channel, a block's width apart, and all modes one after another: the order of the
// multiply-adds of a series is the same whatever the batch. Bound by the traffic of the state, which is read and written once. So that enough of
// it is on its way at any time, DIAGONAL_STEP_AHEAD modes are fetched before the first of them is stored: no load is moved over a store that
// could be to the same place. y may be u.
#include "float_decay.cuh"

static constexpr int DIAGONAL_STEP_SERIES = 4;
static constexpr int DIAGONAL_STEP_AHEAD = 2;

/** coefficients: {aRe, aIm, bRe, bIm, cRe, cIm, 0, 0} for each of H n modes. Grid: tiles of series by channels. */
extern "C" __global__ void diagonal_step(const float4* __restrict__ coefficients, const float* __restrict__ skip, float* __restrict__ state,
        const float* u, float* y, int channels, int modes, int series) {
    long long first = static_cast<long long>(blockIdx.x) * (blockDim.x * DIAGONAL_STEP_SERIES) + threadIdx.x;
    for (long long h = blockIdx.y; h < channels; h += gridDim.y) {
        float input[DIAGONAL_STEP_SERIES];
        float sum[DIAGONAL_STEP_SERIES];
#pragma unroll
        for (int i = 0; i < DIAGONAL_STEP_SERIES; i++) {
            long long s = first + i * blockDim.x;
            input[i] = s < series ? u[h * series + s] : 0.0f;
            sum[i] = 0.0f;
        }
        for (long long m = h * modes; m < (h + 1) * modes; m += DIAGONAL_STEP_AHEAD) {
            float re[DIAGONAL_STEP_AHEAD][DIAGONAL_STEP_SERIES];
            float im[DIAGONAL_STEP_AHEAD][DIAGONAL_STEP_SERIES];
#pragma unroll
            for (int k = 0; k < DIAGONAL_STEP_AHEAD; k++) {
                const float* x = state + 2 * (m + k) * series;
#pragma unroll
                for (int i = 0; i < DIAGONAL_STEP_SERIES; i++) {
                    long long s = first + i * blockDim.x;
                    bool there = m + k < (h + 1) * modes && s < series;
                    re[k][i] = there ? x[s] : 0.0f;
                    im[k][i] = there ? x[series + s] : 0.0f;
                }
            }
#pragma unroll
            for (int k = 0; k < DIAGONAL_STEP_AHEAD; k++) {
                if (m + k < (h + 1) * modes) {
                    float4 ab = coefficients[2 * (m + k)];
                    float4 c = coefficients[2 * (m + k) + 1];
                    float* x = state + 2 * (m + k) * series;
#pragma unroll
                    for (int i = 0; i < DIAGONAL_STEP_SERIES; i++) {
                        long long s = first + i * blockDim.x;
                        if (s < series) {
                            float next_re = fmaf(ab.x, re[k][i], fmaf(-ab.y, im[k][i], fmaf(ab.z, input[i], DECAY_REST)));
                            float next_im = fmaf(ab.x, im[k][i], fmaf(ab.y, re[k][i], fmaf(ab.w, input[i], DECAY_REST)));
                            sum[i] = fmaf(-c.y, next_im, fmaf(c.x, next_re, sum[i]));
                            x[s] = next_re;
                            x[series + s] = next_im;
                        }
                    }
                }
            }
        }
#pragma unroll
        for (int i = 0; i < DIAGONAL_STEP_SERIES; i++) {
            long long s = first + i * blockDim.x;
            if (s < series) y[h * series + s] = fmaf(2.0f, sum[i], __fmul_rn(skip[h], input[i]));
        }
    }
}
