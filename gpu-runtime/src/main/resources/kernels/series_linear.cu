// y = W x + bias over channels, for one sample of each of S series. See io.longwave.kernel.SeriesLinear.
//
// x is [D, S] and y is [M, S], series fastest; W is [M, D]. A warp has 128 series, four to a lane and 32 apart, and SERIES_LINEAR_ROWS
// outputs of each in registers; the warps of a block (its second axis) take outputs of the same series in turns. Weights pass through shared
// memory in tiles of SERIES_LINEAR_DEPTH inputs, whence a warp reads one for all lanes. series_linear also brings all inputs of its series there
// first, many at a time; series_linear_wide is for more inputs than a block has room for and reads them from the cache as it goes. Each output
// adds its bias first and then the inputs upward: the bits of a series do not depend on the tile it is in nor on the kernel.
#include "longwave.cuh"

static constexpr int SERIES_LINEAR_COLUMNS = 4;
static constexpr int SERIES_LINEAR_ROWS = 8;
static constexpr int SERIES_LINEAR_DEPTH = 32;
static constexpr int SERIES_LINEAR_WARPS = 8;
static constexpr int SERIES_LINEAR_WIDE_WARPS = 4;
static constexpr int SERIES_LINEAR_SERIES = 32 * SERIES_LINEAR_COLUMNS;
/** Inputs that a warp has on their way at a time. */
static constexpr int SERIES_LINEAR_FETCHED = 4;

/** The products of `depth` inputs with eight outputs for four series of a lane. */
__device__ __forceinline__ void series_linear_products(const float4* tile, const float* in, int depth,
        float (&sum)[SERIES_LINEAR_ROWS][SERIES_LINEAR_COLUMNS]) {
#pragma unroll 8
    for (int d = 0; d < depth; d++) {
        float4 low = tile[2 * d];
        float4 high = tile[2 * d + 1];
#pragma unroll
        for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) {
            float one = in[d * SERIES_LINEAR_SERIES + 32 * i];
            sum[0][i] = fmaf(low.x, one, sum[0][i]);
            sum[1][i] = fmaf(low.y, one, sum[1][i]);
            sum[2][i] = fmaf(low.z, one, sum[2][i]);
            sum[3][i] = fmaf(low.w, one, sum[3][i]);
            sum[4][i] = fmaf(high.x, one, sum[4][i]);
            sum[5][i] = fmaf(high.y, one, sum[5][i]);
            sum[6][i] = fmaf(high.z, one, sum[6][i]);
            sum[7][i] = fmaf(high.w, one, sum[7][i]);
        }
    }
}

/** bias may be null. Block: 32 by up to SERIES_LINEAR_WARPS. Grid: tiles of 128 series. Shared: [D][128] inputs, [warps][DEPTH][ROWS] weights. */
extern "C" __global__ void __launch_bounds__(32 * SERIES_LINEAR_WARPS, 3) series_linear(const float* __restrict__ weight,
        const float* __restrict__ bias, const float* __restrict__ x, float* __restrict__ y, int inputs, int outputs, int series) {
    DYNAMIC_SHARED(float, shared);
    int warp = threadIdx.y;
    int lane = threadIdx.x;
    float4* tile = reinterpret_cast<float4*>(shared + inputs * SERIES_LINEAR_SERIES) + warp * (SERIES_LINEAR_DEPTH * 2);
    long long first = static_cast<long long>(blockIdx.x) * SERIES_LINEAR_SERIES + lane;
    for (int d0 = warp; d0 < inputs; d0 += blockDim.y * SERIES_LINEAR_FETCHED) {
        float fetched[SERIES_LINEAR_FETCHED][SERIES_LINEAR_COLUMNS];
#pragma unroll
        for (int k = 0; k < SERIES_LINEAR_FETCHED; k++) {
            int d = d0 + k * blockDim.y;
#pragma unroll
            for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) {
                long long s = first + 32 * i;
                fetched[k][i] = d < inputs && s < series ? x[static_cast<long long>(d) * series + s] : 0.0f;
            }
        }
#pragma unroll
        for (int k = 0; k < SERIES_LINEAR_FETCHED; k++) {
            int d = d0 + k * blockDim.y;
            if (d < inputs) {
#pragma unroll
                for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) shared[d * SERIES_LINEAR_SERIES + 32 * i + lane] = fetched[k][i];
            }
        }
    }
    __syncthreads();
    for (int m = warp * SERIES_LINEAR_ROWS; m < outputs; m += blockDim.y * SERIES_LINEAR_ROWS) {
        float sum[SERIES_LINEAR_ROWS][SERIES_LINEAR_COLUMNS];
#pragma unroll
        for (int r = 0; r < SERIES_LINEAR_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) sum[r][i] = bias != nullptr && m + r < outputs ? bias[m + r] : 0.0f;
        }
        for (int from = 0; from < inputs; from += SERIES_LINEAR_DEPTH) {
            __syncwarp();
            float fresh[SERIES_LINEAR_ROWS];
#pragma unroll
            for (int r = 0; r < SERIES_LINEAR_ROWS; r++) {
                fresh[r] = m + r < outputs && from + lane < inputs ? weight[static_cast<long long>(m + r) * inputs + from + lane] : 0.0f;
            }
            tile[2 * lane] = make_float4(fresh[0], fresh[1], fresh[2], fresh[3]);
            tile[2 * lane + 1] = make_float4(fresh[4], fresh[5], fresh[6], fresh[7]);
            __syncwarp();
            const float* in = shared + from * SERIES_LINEAR_SERIES + lane;
            if (from + SERIES_LINEAR_DEPTH <= inputs) {
                series_linear_products(tile, in, SERIES_LINEAR_DEPTH, sum);
            } else {
                series_linear_products(tile, in, inputs - from, sum);
            }
        }
#pragma unroll
        for (int r = 0; r < SERIES_LINEAR_ROWS; r++) {
#pragma unroll
            for (int i = 0; i < SERIES_LINEAR_COLUMNS; i++) {
                long long s = first + 32 * i;
                if (m + r < outputs && s < series) y[static_cast<long long>(m + r) * series + s] = sum[r][i];
            }
        }
    }
}

/** bias may be null. Block: 32 by up to SERIES_LINEAR_WIDE_WARPS. Grid: tiles of 128 series by tiles of outputs. */
extern "C" __global__ void __launch_bounds__(32 * SERIES_LINEAR_WIDE_WARPS) series_linear_wide(const float* __restrict__ weight,
        const float* __restrict__ bias, const float* __restrict__ x, float* __restrict__ y, int inputs, int outputs, int series) {
    __shared__ float tile[SERIES_LINEAR_WIDE_WARPS][SERIES_LINEAR_DEPTH][SERIES_LINEAR_ROWS];
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
