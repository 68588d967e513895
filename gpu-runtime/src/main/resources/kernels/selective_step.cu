// One step of the selective recurrence for S series: dt = softplus(delta + bias), x <- exp(dt A) x + dt B u (or the exact hold), y = (C x +
// D u) silu(z). See io.longwave.kernel.SelectiveStep.
//
// state is [H, N, S], u, delta, z and y are [H, S], b and c are [G, N, S], series fastest: lanes are series side by side. A thread has
// SELECTIVE_STEP_SERIES series of one channel, a block's width apart, and all their states one after another; the bits of a series do not
// depend on the batch. The state moves once; B and C are read again by each channel of their group and stay in the cache. SELECTIVE_STEP_AHEAD
// states are fetched before the first of them is stored, as in diagonal_step.cu. y may be u, delta or z.
#include "float_decay.cuh"

static constexpr int SELECTIVE_STEP_SERIES = 2;
static constexpr int SELECTIVE_STEP_AHEAD = 2;
/** SelectiveStep.SMALL_HOLD. */
static constexpr float SELECTIVE_STEP_SMALL_HOLD = -4e-3f;

/** (exp(dt A) - 1)/A, by its series where dt A is small. */
__device__ __forceinline__ float selective_step_hold(float dt, float rate, float exponent) {
    float product = __fmul_rn(dt, rate);
    return product > SELECTIVE_STEP_SMALL_HOLD ? __fmul_rn(dt, fmaf(product, fmaf(product, 1.0f / 6, 0.5f), 1.0f))
                                               : __fmul_rn(decay_exp2_minus_1(exponent), 1.0f / rate);
}

/** a: [H, N]; bias, skip: [H]; z may be null. Grid: tiles of series by channels. */
extern "C" __global__ void selective_step(const float* __restrict__ a, const float* __restrict__ bias, const float* __restrict__ skip,
        float* __restrict__ state, const float* u, const float* delta, const float* __restrict__ b, const float* __restrict__ c,
        const float* z, float* y, int channels, int states, int groups, int exact, int series) {
    long long first = static_cast<long long>(blockIdx.x) * (blockDim.x * SELECTIVE_STEP_SERIES) + threadIdx.x;
    for (long long h = blockIdx.y; h < channels; h += gridDim.y) {
        long long inputs = h / (channels / groups) * states * series;
        float input[SELECTIVE_STEP_SERIES];
        float dt[SELECTIVE_STEP_SERIES];
        float driven[SELECTIVE_STEP_SERIES];
        float sum[SELECTIVE_STEP_SERIES];
#pragma unroll
        for (int i = 0; i < SELECTIVE_STEP_SERIES; i++) {
            long long s = first + i * blockDim.x;
            input[i] = s < series ? u[h * series + s] : 0.0f;
            dt[i] = decay_softplus(s < series ? __fadd_rn(delta[h * series + s], bias[h]) : 0.0f);
            driven[i] = exact ? input[i] : __fmul_rn(dt[i], input[i]);
            sum[i] = 0.0f;
        }
        for (int n = 0; n < states; n += SELECTIVE_STEP_AHEAD) {
            float* x = state + (h * states + n) * series;
            long long row = inputs + static_cast<long long>(n) * series;
            float before[SELECTIVE_STEP_AHEAD][SELECTIVE_STEP_SERIES];
            float in[SELECTIVE_STEP_AHEAD][SELECTIVE_STEP_SERIES];
            float out[SELECTIVE_STEP_AHEAD][SELECTIVE_STEP_SERIES];
#pragma unroll
            for (int k = 0; k < SELECTIVE_STEP_AHEAD; k++) {
#pragma unroll
                for (int i = 0; i < SELECTIVE_STEP_SERIES; i++) {
                    long long s = static_cast<long long>(k) * series + first + i * blockDim.x;
                    bool there = n + k < states && first + i * blockDim.x < series;
                    before[k][i] = there ? x[s] : 0.0f;
                    in[k][i] = there ? b[row + s] : 0.0f;
                    out[k][i] = there ? c[row + s] : 0.0f;
                }
            }
#pragma unroll
            for (int k = 0; k < SELECTIVE_STEP_AHEAD; k++) {
                if (n + k < states) {
                    float rate = a[h * states + n + k];
#pragma unroll
                    for (int i = 0; i < SELECTIVE_STEP_SERIES; i++) {
                        if (first + i * blockDim.x < series) {
                            float exponent = __fmul_rn(dt[i], __fmul_rn(rate, DECAY_LOG2_E));
                            float drive = exact ? __fmul_rn(selective_step_hold(dt[i], rate, exponent), driven[i]) : driven[i];
                            float next = fmaf(decay_exp2(exponent), before[k][i], fmaf(drive, in[k][i], DECAY_REST));
                            sum[i] = fmaf(out[k][i], next, sum[i]);
                            x[static_cast<long long>(k) * series + first + i * blockDim.x] = next;
                        }
                    }
                }
            }
        }
#pragma unroll
        for (int i = 0; i < SELECTIVE_STEP_SERIES; i++) {
            long long s = first + i * blockDim.x;
            if (s < series) {
                float out = fmaf(skip[h], input[i], sum[i]);
                if (z != nullptr) {
                    float gate = z[h * series + s];
                    out = __fmul_rn(out, __fmul_rn(gate, decay_sigmoid(gate)));
                }
                y[h * series + s] = out;
            }
        }
    }
}
