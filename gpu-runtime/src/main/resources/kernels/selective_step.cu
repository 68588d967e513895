// One step of the selective recurrence for S series: dt = softplus(delta + bias), x <- exp(dt A) x + dt B u (or the exact hold), y = (C x +
// D u) silu(z). See io.longwave.kernel.SelectiveStep.
//
// state is [H, N, S], u, delta, z and y are [H, S], b and c are [G, N, S], series fastest: lanes are series side by side. A thread has
// SELECTIVE_STEP_SERIES series of one channel, a block's width apart, and all their states one after another; the bits of a series do not
// depend on the batch. The state moves once; B and C are read again by each channel of their group and stay in the cache. SELECTIVE_STEP_AHEAD
// states are fetched before the first of them is stored, as in diagonal_step.cu. The exact hold is a kernel of its own, for it takes twice the
// registers. y may be u, delta or z.
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

/**
 * AHEAD states from n on of SELECTIVE_STEP_SERIES series of one channel: all of them, and their B and C, are fetched before the first is stored. x, b
 * and c stand at state n of the first series.
 */
template <bool EXACT, int AHEAD>
__device__ __forceinline__ void selective_step_states(const float* rates, float* x, const float* b, const float* c, const float* dt,
        const float* driven, float* sum, long long first, int series) {
    float before[AHEAD][SELECTIVE_STEP_SERIES];
    float in[AHEAD][SELECTIVE_STEP_SERIES];
    float out[AHEAD][SELECTIVE_STEP_SERIES];
#pragma unroll
    for (int k = 0; k < AHEAD; k++) {
#pragma unroll
        for (int i = 0; i < SELECTIVE_STEP_SERIES; i++) {
            long long s = first + i * blockDim.x;
            if (s < series) {
                before[k][i] = x[static_cast<long long>(k) * series + s];
                in[k][i] = b[static_cast<long long>(k) * series + s];
                out[k][i] = c[static_cast<long long>(k) * series + s];
            }
        }
    }
#pragma unroll
    for (int k = 0; k < AHEAD; k++) {
        float rate = rates[k];
#pragma unroll
        for (int i = 0; i < SELECTIVE_STEP_SERIES; i++) {
            long long s = first + i * blockDim.x;
            if (s < series) {
                float exponent = __fmul_rn(dt[i], __fmul_rn(rate, DECAY_LOG2_E));
                float drive = EXACT ? __fmul_rn(selective_step_hold(dt[i], rate, exponent), driven[i]) : driven[i];
                float next = fmaf(decay_exp2(exponent), before[k][i], fmaf(drive, in[k][i], DECAY_REST));
                sum[i] = fmaf(out[k][i], next, sum[i]);
                x[static_cast<long long>(k) * series + s] = next;
            }
        }
    }
}

/** The step of all channels for the series of a block. */
template <bool EXACT>
__device__ __forceinline__ void selective_step_channels(const float* __restrict__ a, const float* __restrict__ bias,
        const float* __restrict__ skip, float* state, const float* u, const float* delta, const float* __restrict__ b,
        const float* __restrict__ c, const float* z, float* y, int channels, int states, int groups, int series) {
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
            driven[i] = EXACT ? input[i] : __fmul_rn(dt[i], input[i]);
            sum[i] = 0.0f;
        }
        const float* rates = a + h * states;
        float* x = state + h * states * series;
        int n = 0;
        for (; n + SELECTIVE_STEP_AHEAD <= states; n += SELECTIVE_STEP_AHEAD) {
            long long row = static_cast<long long>(n) * series;
            selective_step_states<EXACT, SELECTIVE_STEP_AHEAD>(rates + n, x + row, b + inputs + row, c + inputs + row, dt, driven, sum, first,
                    series);
        }
        for (; n < states; n++) {
            long long row = static_cast<long long>(n) * series;
            selective_step_states<EXACT, 1>(rates + n, x + row, b + inputs + row, c + inputs + row, dt, driven, sum, first, series);
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

/** a: [H, N]; bias, skip: [H]; z may be null. Grid: tiles of series by channels. */
#define SELECTIVE_STEP_KERNEL(name, exact)                                                                                                \
    extern "C" __global__ void name(const float* a, const float* bias, const float* skip, float* state, const float* u,                   \
            const float* delta, const float* b, const float* c, const float* z, float* y, int channels, int states, int groups,           \
            int series) {                                                                                                                 \
        selective_step_channels<exact>(a, bias, skip, state, u, delta, b, c, z, y, channels, states, groups, series);                     \
    }

SELECTIVE_STEP_KERNEL(selective_step, false)
SELECTIVE_STEP_KERNEL(selective_step_exact, true)
