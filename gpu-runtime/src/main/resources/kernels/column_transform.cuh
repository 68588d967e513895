// Discrete Fourier transforms of the columns of rows that do not fit one block, and back.
//
// A row of N = H W numbers is H rows of width W, one under the other. Its transform is that of the columns, H numbers a column, a turn of
// every number by exp(-2πi k1 n2/N), k1 the bin of the column and n2 the column, and transforms of the rows of width W.
//
// A column of up to 16 numbers is in the registers of one thread. A longer one has a thread for each 16 of its numbers, and goes through
// shared memory between stages of R, (16,) 16 numbers, H = R 16 or R 256:
//
//   element t + q H/R ── load ──> R numbers ── shared ──> (16 numbers ── shared ──>) 16 numbers ── turn by column and bin ──> store
//
// Position 16 g + k of what is stored has the bin first_bin(g) + k H/16: the digits reversed. With TWISTED, element n of the row is also
// turned by exp(iπ n/2N), n = n1 W + n2. Of that the part of q is a constant of the loads, the part of t joins the turns of the first
// stage and the part of n2 the turns of the last. Turns are sincospif of fractions that are exact in float32, or products of a few of
// these; those that several threads of a block need are tables in shared memory.
#pragma once

#include "row_transform.cuh"

/** A number that is loaded, real or complex, turned by exp(iπ q/32). */
__device__ __forceinline__ float2 at_corner(float a, int q) { return q == 0 ? make_float2(a, 0.0f) : a * corner(q); }
__device__ __forceinline__ float2 at_corner(float2 a, int q) { return q == 0 ? a : a * corner(q); }
__device__ __forceinline__ float2 as_complex(float a) { return make_float2(a, 0.0f); }
__device__ __forceinline__ float2 as_complex(float2 a) { return a; }

/**
 * This thread's column, of height H. A block has blockDim.x neighbouring columns, so that loads of one element of all of them are
 * neighbours too, and blockDim.y threads for each: H/16, or less where H is more than 256, or one. In shared memory the columns stand
 * beside each other with a gap after every 16 numbers, and behind them tables of turns.
 */
template <int H> struct Column {
    /** Numbers of a first stage, elements between them, threads that have 16 numbers each. */
    static constexpr int R = H <= 16 ? H : H <= 256 ? H / 16 : H / 256, SPAN = H / R, LANES = H <= 16 ? 1 : H / 16;
    static constexpr bool SHORT = H <= 16, TALL = H > 256;
    /** Columns of a block, where it has several threads for each. */
    static constexpr int STRIP = H > 2048 ? 4 : H > 256 ? 8 : 16;

    float2* numbers;
    float2* first_turns;  // exp(-2πi tq/H), with the twist of t, [R][SPAN]
    float2* inner_turns;  // exp(-2πi jq/256), [16][16], in a tall column
    float2* last_turns;   // exp(-2πi k n2/16W), [16][columns]
    int width;
    int row;  // of the group of rows at work
    int n2;   // number of the column

    __device__ __forceinline__ Column(float2* shared, int width_of_row) {
        width = width_of_row;
        asm volatile("" : "+r"(width));  // or the compiler would keep what columns of different heights have in common
        int strips = width / blockDim.x;
        row = blockIdx.x / strips;
        n2 = blockIdx.x % strips * blockDim.x + threadIdx.x;
        numbers = shared + threadIdx.x;
        first_turns = shared + (H + H / 16) * STRIP;
        inner_turns = first_turns + H;
        last_turns = inner_turns + (TALL ? 256 : 0);
    }

    __device__ __forceinline__ float2& operator[](int i) const { return numbers[(i + i / 16) * STRIP]; }

    /** Where the group keeps the number at a position of this column: each row of N, each position of W in one run. */
    __device__ __forceinline__ long long at(int position) const {
        return static_cast<long long>(row * H + position) * width + n2;
    }

    /** Calls work(i) for all i < H/16 that are this thread's: one, or in a tall column maybe several. */
    template <class Work> static __device__ __forceinline__ void each_lane(Work work) {
        if constexpr (TALL) {
            for (int i = threadIdx.y; i < H / 16; i += blockDim.y) work(i);
        } else {
            work(threadIdx.y);
        }
    }

    /** Bin of the first of the numbers of a group of the last stage. */
    static __device__ __forceinline__ int first_bin(int group) { return TALL ? group / 16 + group % 16 * R : SHORT ? 0 : group; }

    /** exp(-2πi k1 n2/N) for the first bin of a group, with TWISTED also exp(iπ n2/2N); exact up to N = 2^22. */
    template <bool TWISTED> __device__ __forceinline__ float2 turn_of_group(int group) const {
        int quarters = TWISTED ? 4 * first_bin(group) - 1 : 4 * first_bin(group);
        return turn(static_cast<float>(-quarters * n2) * (0.5f / (static_cast<float>(H) * static_cast<float>(width))));
    }

    template <bool TWISTED> __device__ __forceinline__ void make_turns() const {
        int thread = threadIdx.y * blockDim.x + threadIdx.x, threads = blockDim.x * blockDim.y;
        for (int i = thread; i < H; i += threads) {
            int t = i % SPAN, q = i / SPAN;
            first_turns[i] = turn(static_cast<float>(TWISTED ? t - 4 * t * q : -4 * t * q) * (0.5f / H));
        }
        if (TALL) {
            for (int i = thread; i < 256; i += threads) inner_turns[i] = turn(static_cast<float>(-(i % 16) * (i / 16)) * (2.0f / 256));
        }
        float part = 0.125f / static_cast<float>(width);
        for (int k = threadIdx.y; k < 16; k += blockDim.y) {
            last_turns[k * STRIP + threadIdx.x] = turn(static_cast<float>(-k * n2) * part);
        }
    }
};

/** v[q] first exp(iπ part q). */
template <int R> __device__ __forceinline__ void turn_each(float2 (&v)[R], float2 first, float part) {
    float2 once = turn(part);
    if constexpr (R == 2) {
        v[0] = v[0] * first;
        v[1] = v[1] * (first * once);
    } else {
        float2 four = turn(4.0f * part);
        float2 twice = once * once, thrice = twice * once;
#pragma unroll
        for (int q = 0; q < R; q += 4) {
            v[q] = v[q] * first;
            v[q + 1] = v[q + 1] * (first * once);
            v[q + 2] = v[q + 2] * (first * twice);
            v[q + 3] = v[q + 3] * (first * thrice);
            if (q + 4 < R) first = first * four;
        }
    }
}

/** Keeps the compiler from loading what comes after this before, which would need more registers than there are. */
__device__ __forceinline__ void in_order() { asm volatile("" ::: "memory"); }

/** Between the first stage and the last of a tall column: transforms of 256 numbers, 16 at a time. */
template <bool INVERSE, int H> __device__ __forceinline__ void inner_column_stage(const Column<H>& column) {
    column.each_lane([&](int t) {
        int j = t % 16, at = (t - j) * 16 + j;
        float2 v[16];
#pragma unroll
        for (int q = 0; q < 16; q++) {
            v[q] = column[at + q * 16];
            if (INVERSE && q > 0) v[q] = v[q] * conjugate(column.inner_turns[q * 16 + j]);
        }
        dft<16, INVERSE>(v);
#pragma unroll
        for (int q = 0; q < 16; q++) column[at + q * 16] = INVERSE || q == 0 ? v[q] : v[q] * column.inner_turns[q * 16 + j];
    });
    __syncthreads();
}

/** A column from load(element), a float or complex, to store(position, number of the row's second pass). */
template <bool TWISTED, int H, class Load, class Store>
__device__ __forceinline__ void column_forward(const Column<H>& column, Load load, Store store) {
    constexpr int R = Column<H>::R, SPAN = Column<H>::SPAN;
    constexpr bool TALL = Column<H>::TALL;
    if constexpr (H <= 16) {
        float2 v[H];
#pragma unroll
        for (int q = 0; q < H; q++) v[q] = TWISTED ? at_corner(load(q), q * 16 / H) : as_complex(load(q));
        dft<H, false>(v);
        float part = -2.0f * static_cast<float>(column.n2) / (static_cast<float>(H) * static_cast<float>(column.width));
        turn_each<H>(v, column.template turn_of_group<TWISTED>(0), part);
#pragma unroll
        for (int k = 0; k < H; k++) {
            store(k, v[k]);
            if (k % 4 == 3) in_order();
        }
    } else {
        if constexpr (TALL) {
            column.template make_turns<TWISTED>();
            __syncthreads();
        }
        column.each_lane([&](int lane) {
            decltype(load(0)) loaded[16 / R][R];
#pragma unroll
            for (int i = 0; i < 16 / R; i++) {
#pragma unroll
                for (int q = 0; q < R; q++) loaded[i][q] = load(lane + i * (H / 16) + q * SPAN);
            }
            if constexpr (!TALL) {  // while the loads are under way
                column.template make_turns<TWISTED>();
                __syncthreads();
            }
#pragma unroll
            for (int i = 0; i < 16 / R; i++) {
                int t = lane + i * (H / 16);
                float2 v[R];
#pragma unroll
                for (int q = 0; q < R; q++) v[q] = TWISTED ? at_corner(loaded[i][q], q * 16 / R) : as_complex(loaded[i][q]);
                dft<R, false>(v);
#pragma unroll
                for (int q = 0; q < R; q++) column[t + q * SPAN] = v[q] * column.first_turns[q * SPAN + t];
            }
        });
        __syncthreads();
        if constexpr (TALL) inner_column_stage<false>(column);
        column.each_lane([&](int g) {
            float2 first = column.template turn_of_group<TWISTED>(g);
            float2 v[16];
#pragma unroll
            for (int k = 0; k < 16; k++) v[k] = column[g * 16 + k] * first;
            dft<16, false>(v);
#pragma unroll
            for (int k = 0; k < 16; k++) {
                store(g * 16 + k, k == 0 ? v[0] : v[k] * column.last_turns[k * Column<H>::STRIP + threadIdx.x]);
                if (k % 4 == 3) in_order();
            }
        });
    }
}

/** The same backwards, from load(position) to store(element, value); not divided by the height. */
template <bool TWISTED, int H, class Load, class Store>
__device__ __forceinline__ void column_inverse(const Column<H>& column, Load load, Store store) {
    constexpr int R = Column<H>::R, SPAN = Column<H>::SPAN;
    constexpr bool TALL = Column<H>::TALL;
    if constexpr (H <= 16) {
        float2 v[H];
#pragma unroll
        for (int k = 0; k < H; k++) v[k] = load(k);
        float part = 2.0f * static_cast<float>(column.n2) / (static_cast<float>(H) * static_cast<float>(column.width));
        turn_each<H>(v, conjugate(column.template turn_of_group<TWISTED>(0)), part);
        dft<H, true>(v);
#pragma unroll
        for (int q = 0; q < H; q++) {
            store(q, TWISTED ? v[q] * conjugate(corner(q * 16 / H)) : v[q]);
            if (q % 4 == 3) in_order();
        }
    } else {
        if constexpr (TALL) {
            column.template make_turns<TWISTED>();
            __syncthreads();
        }
        column.each_lane([&](int g) {
            float2 v[16];
#pragma unroll
            for (int k = 0; k < 16; k++) v[k] = load(g * 16 + k);
            if constexpr (!TALL) {
                column.template make_turns<TWISTED>();
                __syncthreads();
            }
#pragma unroll
            for (int k = 1; k < 16; k++) v[k] = v[k] * conjugate(column.last_turns[k * Column<H>::STRIP + threadIdx.x]);
            dft<16, true>(v);
            float2 first = conjugate(column.template turn_of_group<TWISTED>(g));
#pragma unroll
            for (int k = 0; k < 16; k++) column[g * 16 + k] = v[k] * first;
        });
        __syncthreads();
        if constexpr (TALL) inner_column_stage<true>(column);
        column.each_lane([&](int lane) {
#pragma unroll
            for (int i = 0; i < 16 / R; i++) {
                int t = lane + i * (H / 16);
                float2 v[R];
#pragma unroll
                for (int q = 0; q < R; q++) v[q] = column[t + q * SPAN] * conjugate(column.first_turns[q * SPAN + t]);
                dft<R, true>(v);
#pragma unroll
                for (int q = 0; q < R; q++) {
                    store(t + q * SPAN, TWISTED && q > 0 ? v[q] * conjugate(corner(q * 16 / R)) : v[q]);
                    if (q % 4 == 3) in_order();
                }
            }
        });
    }
}

/** The bin of a column that stands at a position. */
__device__ __forceinline__ int column_bin(int position, int height) {
    if (height <= 16) return position;
    int bin = position / 16, last = position % 16;
    if (height > 256) bin = bin / 16 + bin % 16 * (height / 256);
    return bin + last * (height / 16);
}

/** work(column) for a thread's column of a height that the compiler knows: any power of two up to 4096. */
template <class Work> __device__ __forceinline__ void in_column(float2* shared, int height, int width, Work work) {
    switch (height) {
        case 2: work(Column<2>(shared, width)); break;
        case 4: work(Column<4>(shared, width)); break;
        case 8: work(Column<8>(shared, width)); break;
        case 16: work(Column<16>(shared, width)); break;
        case 32: work(Column<32>(shared, width)); break;
        case 64: work(Column<64>(shared, width)); break;
        case 128: work(Column<128>(shared, width)); break;
        case 256: work(Column<256>(shared, width)); break;
        case 512: work(Column<512>(shared, width)); break;
        case 1024: work(Column<1024>(shared, width)); break;
        case 2048: work(Column<2048>(shared, width)); break;
        default: work(Column<4096>(shared, width));
    }
}
