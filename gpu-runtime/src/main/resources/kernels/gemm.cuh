// Tiles of a matrix product C = A B in float32, for kernels that say where the factors lie, what is done to them on the way in and to the sums on the
// way out.
//
// A block of 256 threads owns a SIDE by SIDE tile of C. It walks along k in stages of DEPTH: while the sums of one stage are taken from shared
// memory, the numbers of the next are already on their way into registers; two buffers in turn, one barrier a stage. Shared memory holds both factors
// as [DEPTH][PITCH], k slowest, whichever way they lie in memory.
//
// In memory a factor is a matrix [outer, k] or [k, outer], outer being m for A and n for B: ALONG_K says whether k is its fastest axis. Four
// neighbours are read at once where the fastest axis is a multiple of four long, so that each row starts on 16 bytes. A tensor has less than 2^31
// numbers, so places in one are ints.
//
// GemmTile multiplies on the ordinary units; gemm_tensor.cuh has the same interface over the matrix units.
#pragma once
#include "longwave.cuh"

#define GEMM_THREADS 256
/** Floats of shared memory that the largest tile takes. */
#define GEMM_ROOM 4352

/** Numbers `at` to at + 3 of an array, `inside` of which are there; the others are 0. `quads` says that at is a multiple of four. */
__device__ __forceinline__ float4 load_quad(const float* from, int at, int inside, bool quads) {
    if (quads && inside >= 4) return *reinterpret_cast<const float4*>(from + at);
    float4 v = {0.0f, 0.0f, 0.0f, 0.0f};
    if (inside > 0) v.x = from[at];
    if (inside > 1) v.y = from[at + 1];
    if (inside > 2) v.z = from[at + 2];
    if (inside > 3) v.w = from[at + 3];
    return v;
}

__device__ __forceinline__ void store_quad(float* to, int at, int inside, bool quads, float4 v) {
    if (quads && inside >= 4) {
        *reinterpret_cast<float4*>(to + at) = v;
        return;
    }
    if (inside > 0) to[at] = v.x;
    if (inside > 1) to[at + 1] = v.y;
    if (inside > 2) to[at + 2] = v.z;
    if (inside > 3) to[at + 3] = v.w;
}

__device__ __forceinline__ float4 add_quads(float4 a, float4 b) { return {a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w}; }

/** What most factors go through on their way in: nothing. */
struct GemmAsIs {
    __device__ __forceinline__ float operator()(float value, int) const { return value; }
};

/** A factor, `outer` by `k` wherever k lies; change(value, place in memory) is done to every number read. */
template <bool ALONG_K, class Change = GemmAsIs> struct GemmFactor {
    const float* from;
    int outer, k;
    Change change;

    /** This thread's four numbers of the stage that starts at (first, q); what lies past `outer` or `end` is 0. */
    template <class Tile> __device__ __forceinline__ float4 load(int first, int q, int end) const {
        int slow, fast, slow_end, fast_end, stride;
        if (ALONG_K) {
            slow = first + threadIdx.x / (Tile::DEPTH / 4);
            fast = q + threadIdx.x % (Tile::DEPTH / 4) * 4;
            slow_end = outer;
            fast_end = end;
            stride = k;
        } else {
            slow = q + threadIdx.x / (Tile::SIDE / 4);
            fast = first + threadIdx.x % (Tile::SIDE / 4) * 4;
            slow_end = end;
            fast_end = outer;
            stride = outer;
        }
        int at = slow * stride + fast;
        int inside = slow < slow_end ? fast_end - fast : 0;
        float4 v = load_quad(from, at, inside, stride % 4 == 0);
        if (inside > 0) v.x = change(v.x, at);
        if (inside > 1) v.y = change(v.y, at + 1);
        if (inside > 2) v.z = change(v.z, at + 2);
        if (inside > 3) v.w = change(v.w, at + 3);
        return v;
    }

    /** Puts them where the stage has them. */
    template <class Tile> __device__ __forceinline__ void store(float* stage, float4 v) const {
        if (ALONG_K) {
            float* to = stage + threadIdx.x % (Tile::DEPTH / 4) * 4 * Tile::PITCH + threadIdx.x / (Tile::DEPTH / 4);
            to[0] = v.x;
            to[Tile::PITCH] = v.y;
            to[2 * Tile::PITCH] = v.z;
            to[3 * Tile::PITCH] = v.w;
        } else {
            float* to = stage + threadIdx.x / (Tile::SIDE / 4) * Tile::PITCH + threadIdx.x % (Tile::SIDE / 4) * 4;
            *reinterpret_cast<float4*>(to) = v;
        }
    }
};

/**
 * EDGE by EDGE sums in each of 16 by 16 threads, SIDE = 16 EDGE. The rows and columns of a thread are quads a quarter of a warp's reach apart, so that
 * the quads that lanes read side by side lie side by side.
 */
template <int EDGE, int STAGE_DEPTH> struct GemmTile {
    static constexpr int SIDE = 16 * EDGE;
    static constexpr int DEPTH = STAGE_DEPTH;
    static constexpr int PITCH = SIDE + 4;
    /** Blocks that share a multiprocessor at least: registers are held down to what that leaves. */
    static constexpr int BLOCKS = EDGE == 4 ? 4 : 1;
    static_assert(SIDE * DEPTH == 4 * GEMM_THREADS, "a thread loads a quad of each factor a stage");
    static_assert(4 * DEPTH * PITCH <= GEMM_ROOM, "two buffers of two factors");

    float sum[EDGE][EDGE];

    __device__ __forceinline__ void clear() {
#pragma unroll
        for (int i = 0; i < EDGE; i++) {
#pragma unroll
            for (int j = 0; j < EDGE; j++) sum[i][j] = 0.0f;
        }
    }

    /** A stage's products. */
    __device__ __forceinline__ void multiply(const float* a, const float* b) {
        int rows = threadIdx.x / 16 * 4;
        int columns = threadIdx.x % 16 * 4;
#pragma unroll
        for (int q = 0; q < DEPTH; q++) {
            float left[EDGE];
            float right[EDGE];
#pragma unroll
            for (int e = 0; e < EDGE; e += 4) {
                float4 u = *reinterpret_cast<const float4*>(a + q * PITCH + e * 16 + rows);
                float4 v = *reinterpret_cast<const float4*>(b + q * PITCH + e * 16 + columns);
                left[e] = u.x, left[e + 1] = u.y, left[e + 2] = u.z, left[e + 3] = u.w;
                right[e] = v.x, right[e + 1] = v.y, right[e + 2] = v.z, right[e + 3] = v.w;
            }
#pragma unroll
            for (int i = 0; i < EDGE; i++) {
#pragma unroll
                for (int j = 0; j < EDGE; j++) sum[i][j] += left[i] * right[j];
            }
        }
    }

    /** Calls out(row, column, four sums) for all quads of this thread, also those outside of C. */
    template <class Out> __device__ __forceinline__ void finish(int row, int column, Out out) {
        int rows = row + threadIdx.x / 16 * 4;
        int columns = column + threadIdx.x % 16 * 4;
#pragma unroll
        for (int i = 0; i < EDGE; i++) {
#pragma unroll
            for (int j = 0; j < EDGE; j += 4) {
                out(rows + i / 4 * 64 + i % 4, columns + j * 16, float4{sum[i][j], sum[i][j + 1], sum[i][j + 2], sum[i][j + 3]});
            }
        }
    }
};

typedef GemmTile<4, 16> GemmSmallTile;
typedef GemmTile<8, 8> GemmLargeTile;

/** Sums over k from `from` to `to` of the tile of C at (row, column); all 256 threads of a block. */
template <class Tile, class A, class B>
__device__ __forceinline__ void gemm_sums(Tile& tile, const A& a, const B& b, int row, int column, int from, int to, float* room) {
    constexpr int STAGE = Tile::DEPTH * Tile::PITCH;
    tile.clear();
    if (from >= to) return;
    a.template store<Tile>(room, a.template load<Tile>(row, from, to));
    b.template store<Tile>(room + STAGE, b.template load<Tile>(column, from, to));
    __syncthreads();
    int now = 0;
    for (int q = from + Tile::DEPTH; q < to; q += Tile::DEPTH) {
        float4 left = a.template load<Tile>(row, q, to);
        float4 right = b.template load<Tile>(column, q, to);
        tile.multiply(room + now, room + now + STAGE);
        now = 2 * STAGE - now;
        a.template store<Tile>(room + now, left);
        b.template store<Tile>(room + now + STAGE, right);
        __syncthreads();
    }
    tile.multiply(room + now, room + now + STAGE);
}

/** Which tile of which product a block owns: blocks run over the tiles down, so that neighbours share B, then across, then over the products. */
struct GemmPlace {
    int group, row, column;
};

template <class Tile> __device__ __forceinline__ GemmPlace gemm_place(int m, int n) {
    int down = (m + Tile::SIDE - 1) / Tile::SIDE;
    int across = (n + Tile::SIDE - 1) / Tile::SIDE;
    int block = blockIdx.x;
    return {block / down / across, block % down * Tile::SIDE, block / down % across * Tile::SIDE};
}

/** c[r, c] = sum + bias[r], or added to what is there; bias may be null. */
struct GemmOut {
    float* to;
    const float* bias;
    int m, n;
    bool accumulate;

    __device__ __forceinline__ void operator()(int row, int column, float4 sum) const {
        int inside = row < m ? n - column : 0;
        if (inside <= 0) return;
        int at = row * n + column;
        if (bias != nullptr) {
            float shift = bias[row];
            sum = {sum.x + shift, sum.y + shift, sum.z + shift, sum.w + shift};
        }
        if (accumulate) sum = add_quads(sum, load_quad(to, at, inside, n % 4 == 0));
        store_quad(to, at, inside, n % 4 == 0, sum);
    }
};
