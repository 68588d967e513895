// y = W x + bias over channels, for one sample of each of S series. See io.longwave.kernel.SeriesLinear.
//
// x is [D, S] and y is [M, S], series fastest; W is [M, D]. A block has 128 series, its warps take eight outputs at a time in turns
// (series_tiles.cuh). series_linear_wide is for more inputs than a block has room for and reads them from the cache as it goes. Each output
// adds its bias first and then the inputs upward: the bits of a series do not depend on the tile it is in nor on the kernel.
#include "series_tiles.cuh"

static constexpr int SERIES_LINEAR_WIDE_WARPS = 4;

/** bias may be null. Block: 32 by up to SERIES_WARPS. Grid: tiles of 128 series. Shared: [D][128] inputs, [warps][DEPTH][ROWS] weights. */
extern "C" __global__ void __launch_bounds__(32 * SERIES_WARPS, 3) series_linear(const float* __restrict__ weight,
        const float* __restrict__ bias, const float* __restrict__ x, float* __restrict__ y, int inputs, int outputs, int series) {
    DYNAMIC_SHARED(float, shared);
    fetch_series(x, shared, inputs, series, [](float value) { return value; });
    for (int m = threadIdx.y * SERIES_ROWS; m < outputs; m += blockDim.y * SERIES_ROWS) {
        float sum[SERIES_ROWS][SERIES_COLUMNS];
#pragma unroll
        for (int r = 0; r < SERIES_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_COLUMNS; i++) sum[r][i] = bias != nullptr && m + r < outputs ? bias[m + r] : 0.0f;
        }
        add_products(shared, inputs,
                [&](int r, int d) { return m + r < outputs ? weight[static_cast<long long>(m + r) * inputs + d] : 0.0f; }, sum);
#pragma unroll
        for (int r = 0; r < SERIES_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_COLUMNS; i++) {
                long long s = first_series() + 32 * i;
                if (m + r < outputs && s < series) y[static_cast<long long>(m + r) * series + s] = sum[r][i];
            }
        }
    }
}

/** bias may be null. Block: 32 by up to SERIES_LINEAR_WIDE_WARPS. Grid: tiles of 128 series by tiles of outputs. */
extern "C" __global__ void __launch_bounds__(32 * SERIES_LINEAR_WIDE_WARPS) series_linear_wide(const float* __restrict__ weight,
        const float* __restrict__ bias, const float* __restrict__ x, float* __restrict__ y, int inputs, int outputs, int series) {
    __shared__ float tile[SERIES_LINEAR_WIDE_WARPS][SERIES_DEPTH][SERIES_ROWS];
    int warp = threadIdx.y;
    int lane = threadIdx.x;
    long long first = first_series();
    int rows = blockDim.y * SERIES_ROWS;
    for (long long block = static_cast<long long>(blockIdx.y) * rows; block < outputs; block += static_cast<long long>(gridDim.y) * rows) {
        long long m = block + warp * SERIES_ROWS;
        float sum[SERIES_ROWS][SERIES_COLUMNS];
#pragma unroll
        for (int r = 0; r < SERIES_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_COLUMNS; i++) sum[r][i] = bias != nullptr && m + r < outputs ? bias[m + r] : 0.0f;
        }
        for (int from = 0; from < inputs; from += SERIES_DEPTH) {
            __syncwarp();
            for (int r = 0; r < SERIES_ROWS; r++) {
                tile[warp][lane][r] = m + r < outputs && from + lane < inputs ? weight[(m + r) * inputs + from + lane] : 0.0f;
            }
            __syncwarp();
            int depth = min(SERIES_DEPTH, inputs - from);
            for (int d = 0; d < depth; d++) {
                float value[SERIES_COLUMNS];
#pragma unroll
                for (int i = 0; i < SERIES_COLUMNS; i++) {
                    long long s = first + 32 * i;
                    value[i] = s < series ? x[static_cast<long long>(from + d) * series + s] : 0.0f;
                }
#pragma unroll
                for (int r = 0; r < SERIES_ROWS; r++) {
#pragma unroll
                    for (int i = 0; i < SERIES_COLUMNS; i++) sum[r][i] = fmaf(tile[warp][d][r], value[i], sum[r][i]);
                }
            }
        }
#pragma unroll
        for (int r = 0; r < SERIES_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_COLUMNS; i++) {
                long long s = first + 32 * i;
                if (m + r < outputs && s < series) y[(m + r) * series + s] = sum[r][i];
            }
        }
    }
}
