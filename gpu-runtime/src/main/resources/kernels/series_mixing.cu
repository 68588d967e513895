// y += GLU(W gelu(x) + bias) over channels, for one sample of each of S series. See io.longwave.kernel.SeriesMixing.
//
// x is [D, S] and y is [M, S], series fastest; W is [2 M, D], its first M rows the values and the others their gates. A block has 128 series
// (series_tiles.cuh): their inputs are activated once on their way to shared memory, and its warps take four values with their gates at a time
// in turns. What a linear layer would leave for the gate never goes to memory. Each sum starts with its bias and adds the inputs upward: the
// bits are those of series_activation_gelu, series_linear and series_activation_gated one after another.
#include "float_decay.cuh"
#include "series_tiles.cuh"

/** Values of a warp at a time; the other half of its rows are their gates. */
static constexpr int SERIES_PAIRS = SERIES_ROWS / 2;

/** Block: 32 by up to SERIES_WARPS. Grid: tiles of 128 series. Shared: [D][128] inputs, then [warps][DEPTH][ROWS] weights. */
extern "C" __global__ void __launch_bounds__(32 * SERIES_WARPS, 3) series_mixing(const float* __restrict__ weight,
        const float* __restrict__ bias, const float* __restrict__ x, float* __restrict__ y, int inputs, int outputs, int series) {
    DYNAMIC_SHARED(float, shared);
    fetch_series(x, shared, inputs, series, [](float value) { return decay_gelu(value); });
    for (int m = threadIdx.y * SERIES_PAIRS; m < outputs; m += blockDim.y * SERIES_PAIRS) {
        auto row = [&](int r) { return r / SERIES_PAIRS * static_cast<long long>(outputs) + min(m + r % SERIES_PAIRS, outputs - 1); };
        float mixed[SERIES_ROWS][SERIES_COLUMNS];  // values, then gates
#pragma unroll
        for (int r = 0; r < SERIES_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_COLUMNS; i++) mixed[r][i] = bias[row(r)];
        }
        add_products(shared, inputs, [&](int r, int d) { return weight[row(r) * inputs + d]; }, mixed);
        // All of y is fetched before any of it is stored: no load is moved over a store that could be to the same place.
        float sum[SERIES_PAIRS][SERIES_COLUMNS];
#pragma unroll
        for (int r = 0; r < SERIES_PAIRS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_COLUMNS; i++) {
                long long s = first_series() + 32 * i;
                sum[r][i] = s < series ? y[static_cast<long long>(min(m + r, outputs - 1)) * series + s] : 0.0f;
            }
        }
#pragma unroll
        for (int r = 0; r < SERIES_PAIRS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_COLUMNS; i++) {
                long long s = first_series() + 32 * i;
                if (m + r < outputs && s < series) {
                    y[static_cast<long long>(m + r) * series + s] = fmaf(mixed[r][i], decay_sigmoid(mixed[r + SERIES_PAIRS][i]), sum[r][i]);
                }
            }
        }
    }
}
