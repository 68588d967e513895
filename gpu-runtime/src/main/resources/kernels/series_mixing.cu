// y += GLU(W gelu(x) + bias) over channels, for one sample of each of S series. See io.longwave.kernel.SeriesMixing.
//
// x is [D, S] and y is [M, S], series fastest; W is [2 M, D], its first M rows the values and the others their gates. A block has 128 series:
// it brings all their inputs to shared memory, activated once, and its warps take outputs in turns, four values with their gates for four series
// a lane in registers. Weights pass through shared memory in tiles of SERIES_MIXING_DEPTH inputs, whence a warp reads one for all
// lanes. What a linear layer would leave for the gate never goes to memory. Each sum starts with its bias and adds the inputs upward: the bits are
// those of series_activation_gelu, series_linear and series_activation_gated one after another.
#include "float_decay.cuh"

static constexpr int SERIES_MIXING_COLUMNS = 4;
static constexpr int SERIES_MIXING_PAIRS = 4;
static constexpr int SERIES_MIXING_DEPTH = 32;
static constexpr int SERIES_MIXING_WARPS = 8;
/** Inputs that a warp has on their way at a time. */
static constexpr int SERIES_MIXING_FETCHED = 4;
static constexpr int SERIES_MIXING_SERIES = 32 * SERIES_MIXING_COLUMNS;

/** The products of `depth` inputs with four values and their gates for four series of a lane. */
__device__ __forceinline__ void series_mixing_products(const float4* tile, const float* in, int depth,
        float (&value)[SERIES_MIXING_PAIRS][SERIES_MIXING_COLUMNS], float (&gate)[SERIES_MIXING_PAIRS][SERIES_MIXING_COLUMNS]) {
#pragma unroll 8
    for (int d = 0; d < depth; d++) {
        float4 values = tile[2 * d];
        float4 gates = tile[2 * d + 1];
#pragma unroll
        for (int i = 0; i < SERIES_MIXING_COLUMNS; i++) {
            float one = in[d * SERIES_MIXING_SERIES + 32 * i];
            value[0][i] = fmaf(values.x, one, value[0][i]);
            value[1][i] = fmaf(values.y, one, value[1][i]);
            value[2][i] = fmaf(values.z, one, value[2][i]);
            value[3][i] = fmaf(values.w, one, value[3][i]);
            gate[0][i] = fmaf(gates.x, one, gate[0][i]);
            gate[1][i] = fmaf(gates.y, one, gate[1][i]);
            gate[2][i] = fmaf(gates.z, one, gate[2][i]);
            gate[3][i] = fmaf(gates.w, one, gate[3][i]);
        }
    }
}

/** Block: 32 by up to SERIES_MIXING_WARPS. Grid: tiles of 128 series. Shared: [D][128] inputs, then [warps][DEPTH][2 PAIRS] weights. */
extern "C" __global__ void __launch_bounds__(32 * SERIES_MIXING_WARPS, 3) series_mixing(const float* __restrict__ weight,
        const float* __restrict__ bias, const float* __restrict__ x, float* __restrict__ y, int inputs, int outputs, int series) {
    DYNAMIC_SHARED(float, shared);
    int warp = threadIdx.y;
    int lane = threadIdx.x;
    float* active = shared;
    // Per input four values' weights and those of their gates.
    float4* tile = reinterpret_cast<float4*>(shared + inputs * SERIES_MIXING_SERIES) + warp * (SERIES_MIXING_DEPTH * 2);
    long long first = static_cast<long long>(blockIdx.x) * SERIES_MIXING_SERIES;
    for (int d0 = warp; d0 < inputs; d0 += blockDim.y * SERIES_MIXING_FETCHED) {
        float fetched[SERIES_MIXING_FETCHED][SERIES_MIXING_COLUMNS];
#pragma unroll
        for (int k = 0; k < SERIES_MIXING_FETCHED; k++) {
            int d = d0 + k * blockDim.y;
#pragma unroll
            for (int i = 0; i < SERIES_MIXING_COLUMNS; i++) {
                long long s = first + 32 * i + lane;
                fetched[k][i] = d < inputs && s < series ? x[static_cast<long long>(d) * series + s] : 0.0f;
            }
        }
#pragma unroll
        for (int k = 0; k < SERIES_MIXING_FETCHED; k++) {
            int d = d0 + k * blockDim.y;
            if (d < inputs) {
#pragma unroll
                for (int i = 0; i < SERIES_MIXING_COLUMNS; i++) {
                    active[d * SERIES_MIXING_SERIES + 32 * i + lane] = decay_gelu(fetched[k][i]);
                }
            }
        }
    }
    __syncthreads();
    for (int m = warp * SERIES_MIXING_PAIRS; m < outputs; m += blockDim.y * SERIES_MIXING_PAIRS) {
        float value[SERIES_MIXING_PAIRS][SERIES_MIXING_COLUMNS];
        float gate[SERIES_MIXING_PAIRS][SERIES_MIXING_COLUMNS];
#pragma unroll
        for (int r = 0; r < SERIES_MIXING_PAIRS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_MIXING_COLUMNS; i++) {
                value[r][i] = bias[min(m + r, outputs - 1)];
                gate[r][i] = bias[outputs + min(m + r, outputs - 1)];
            }
        }
        for (int from = 0; from < inputs; from += SERIES_MIXING_DEPTH) {
            __syncwarp();
            float fresh[2][SERIES_MIXING_PAIRS];
#pragma unroll
            for (int half = 0; half < 2; half++) {
#pragma unroll
                for (int r = 0; r < SERIES_MIXING_PAIRS; r++) {
                    long long row = half * static_cast<long long>(outputs) + min(m + r, outputs - 1);
                    fresh[half][r] = from + lane < inputs ? weight[row * inputs + from + lane] : 0.0f;
                }
                tile[2 * lane + half] = make_float4(fresh[half][0], fresh[half][1], fresh[half][2], fresh[half][3]);
            }
            __syncwarp();
            const float* in = active + from * SERIES_MIXING_SERIES + lane;
            if (from + SERIES_MIXING_DEPTH <= inputs) {
                series_mixing_products(tile, in, SERIES_MIXING_DEPTH, value, gate);
            } else {
                series_mixing_products(tile, in, inputs - from, value, gate);
            }
        }
        // All of y is fetched before any of it is stored: no load is moved over a store that could be to the same place.
        float sum[SERIES_MIXING_PAIRS][SERIES_MIXING_COLUMNS];
#pragma unroll
        for (int r = 0; r < SERIES_MIXING_PAIRS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_MIXING_COLUMNS; i++) {
                long long s = first + 32 * i + lane;
                sum[r][i] = s < series ? y[static_cast<long long>(min(m + r, outputs - 1)) * series + s] : 0.0f;
            }
        }
#pragma unroll
        for (int r = 0; r < SERIES_MIXING_PAIRS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_MIXING_COLUMNS; i++) {
                long long s = first + 32 * i + lane;
                if (m + r < outputs && s < series) {
                    y[static_cast<long long>(m + r) * series + s] = fmaf(value[r][i], decay_sigmoid(gate[r][i]), sum[r][i]);
                }
            }
        }
    }
}
