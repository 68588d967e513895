// What kernels share that multiply channels of S series by a matrix, one sample of each: series fastest, 128 of them for a block, four to a
// lane and 32 apart. All inputs of these series are brought to shared memory once, [D][128], many at a time. A warp has eight rows of the
// matrix at a time: tiles of SERIES_DEPTH inputs of them pass through shared memory, whence it reads one weight for all lanes. Inputs are added
// upward: the bits of a series do not depend on the tile it is in.
#pragma once

#include "longwave.cuh"

static constexpr int SERIES_COLUMNS = 4;
static constexpr int SERIES_ROWS = 8;
static constexpr int SERIES_DEPTH = 32;
static constexpr int SERIES_WARPS = 8;
static constexpr int SERIES_OF_BLOCK = 32 * SERIES_COLUMNS;
/** Inputs that a warp has on their way at a time. */
static constexpr int SERIES_FETCHED = 4;

/** Number of the first series of this thread. */
__device__ __forceinline__ long long first_series() { return static_cast<long long>(blockIdx.x) * SERIES_OF_BLOCK + threadIdx.x; }

/** The part of shared memory behind the inputs where this warp has its tile of weights, two of four rows for each input. */
__device__ __forceinline__ float4* weight_tile(float* shared, int inputs) {
    return reinterpret_cast<float4*>(shared + inputs * SERIES_OF_BLOCK) + threadIdx.y * (SERIES_DEPTH * 2);
}

/** shared[d][.] = activate(x[d][.]) for all inputs; the block waits for it. */
template <class Activate>
__device__ __forceinline__ void fetch_series(const float* __restrict__ x, float* shared, int inputs, int series, Activate activate) {
    for (int d0 = threadIdx.y; d0 < inputs; d0 += blockDim.y * SERIES_FETCHED) {
        float fetched[SERIES_FETCHED][SERIES_COLUMNS];
#pragma unroll
        for (int k = 0; k < SERIES_FETCHED; k++) {
            int d = d0 + k * blockDim.y;
#pragma unroll
            for (int i = 0; i < SERIES_COLUMNS; i++) {
                long long s = first_series() + 32 * i;
                fetched[k][i] = d < inputs && s < series ? x[static_cast<long long>(d) * series + s] : 0.0f;
            }
        }
#pragma unroll
        for (int k = 0; k < SERIES_FETCHED; k++) {
            int d = d0 + k * blockDim.y;
            if (d < inputs) {
#pragma unroll
                for (int i = 0; i < SERIES_COLUMNS; i++) shared[d * SERIES_OF_BLOCK + 32 * i + threadIdx.x] = activate(fetched[k][i]);
            }
        }
    }
    __syncthreads();
}

/** The products of `depth` inputs with eight rows for four series of a lane. */
__device__ __forceinline__ void tile_products(const float4* tile, const float* in, int depth, float (&sum)[SERIES_ROWS][SERIES_COLUMNS]) {
#pragma unroll 8
    for (int d = 0; d < depth; d++) {
        float4 low = tile[2 * d];
        float4 high = tile[2 * d + 1];
#pragma unroll
        for (int i = 0; i < SERIES_COLUMNS; i++) {
            float one = in[d * SERIES_OF_BLOCK + 32 * i];
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

/** sum[r] += Σ_d weight(r, d) x[d] for eight rows; x as fetch_series left it. */
template <class Weight> __device__ __forceinline__ void add_products(float* shared, int inputs, Weight weight,
        float (&sum)[SERIES_ROWS][SERIES_COLUMNS]) {
    float4* tile = weight_tile(shared, inputs);
    int lane = threadIdx.x;
    for (int from = 0; from < inputs; from += SERIES_DEPTH) {
        __syncwarp();
        float fresh[SERIES_ROWS];
#pragma unroll
        for (int r = 0; r < SERIES_ROWS; r++) fresh[r] = from + lane < inputs ? weight(r, from + lane) : 0.0f;
        tile[2 * lane] = make_float4(fresh[0], fresh[1], fresh[2], fresh[3]);
        tile[2 * lane + 1] = make_float4(fresh[4], fresh[5], fresh[6], fresh[7]);
        __syncwarp();
        const float* in = shared + from * SERIES_OF_BLOCK + lane;
        if (from + SERIES_DEPTH <= inputs) tile_products(tile, in, SERIES_DEPTH, sum);
        else tile_products(tile, in, inputs - from, sum);
    }
}
