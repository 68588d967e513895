// y = W x + bias over channels, for one sample of each of S series. See io.longwave.kernel.SeriesLinear.
//
// x is [D, S] and y is [M, S], series fastest; W is [M, D]. A warp has 128 series, four to a lane and 32 apart, and SERIES_LINEAR_ROWS
// outputs of each in registers; the warps of a block (its second axis) take neighbouring outputs of the same series, so that x comes from
// the cache after the first of them. Weights pass through shared memory in tiles of SERIES_LINEAR_DEPTH inputs, whence a warp reads one for
// all lanes. Each output adds its bias first and then the inputs upward: the bits of a series do not depend on the tile it is in.
#include "longwave.cuh"

static constexpr int SERIES_LINEAR_COLUMNS = 4;
static constexpr int SERIES_LINEAR_ROWS = 8;
static constexpr int SERIES_LINEAR_DEPTH = 32;
static constexpr int SERIES_LINEAR_WARPS = 4;

/** bias may be null. Block: 32 by up to SERIES_LINEAR_WARPS. Grid: tiles of 128 series by tiles of outputs. */
extern "C" __global__ void __launch_bounds__(32 * SERIES_LINEAR_WARPS) series_linear(const float* __restrict__ weight,
        const float* __restrict__ bias, const float* __restrict__ x, float* __restrict__ y, int inputs, int outputs, int series) {
    __shared__ float tile[SERIES_LINEAR_WARPS][SERIES_LINEAR_DEPTH][SERIES_LINEAR_ROWS];
    int warp = threadIdx.y;
    int lane = threadIdx.x;
    long long first = static_cast<long long>(blockIdx.x) * (32 * SERIES_LINEAR_COLUMNS) + lane;
    int rows = blockDim.y * SERIES_LINEAR_ROWS;
    for (long long block = static_cast<long long>(blockIdx.y) * rows; block < outputs; block += static_cast<long long>(gridDim.y) * rows) {
        long long m = block + warp * SERIES_LINEAR_ROWS;
        float sum[SERIES_LINEAR_ROWS][SERIES_LINEAR_COLUMNS];
#pragma unroll
        for (int r = 0; r < SERIES_LINEAR_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) sum[r][i] = bias != nullptr && m + r < outputs ? bias[m + r] : 0.0f;
        }
        for (int from = 0; from < inputs; from += SERIES_LINEAR_DEPTH) {
            __syncwarp();
            for (int r = 0; r < SERIES_LINEAR_ROWS; r++) {
                tile[warp][lane][r] = m + r < outputs && from + lane < inputs ? weight[(m + r) * inputs + from + lane] : 0.0f;
            }
            __syncwarp();
            int depth = min(SERIES_LINEAR_DEPTH, inputs - from);
            for (int d = 0; d < depth; d++) {
                float value[SERIES_LINEAR_COLUMNS];
#pragma unroll
                for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) {
                    long long s = first + 32 * i;
                    value[i] = s < series ? x[static_cast<long long>(from + d) * series + s] : 0.0f;
                }
#pragma unroll
                for (int r = 0; r < SERIES_LINEAR_ROWS; r++) {
#pragma unroll
                    for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) sum[r][i] = fmaf(tile[warp][d][r], value[i], sum[r][i]);
                }
            }
        }
#pragma unroll
        for (int r = 0; r < SERIES_LINEAR_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) {
                long long s = first + 32 * i;
                if (m + r < outputs && s < series) y[(m + r) * series + s] = sum[r][i];
            }
        }
    }
}
