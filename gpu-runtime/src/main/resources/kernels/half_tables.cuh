// Matrices and twiddle factors of longconv_half.cu: tables of the compiler, rounded once, in the order in which lanes read them.
#pragma once

#include "exact_turn.cuh"
#include "tensor_tiles.cuh"

/** Nearest number of 8 (bfloat16) or 11 (binary16) significant bits to one of [-1, 1]. */
template <bool BF16> __host__ __device__ constexpr unsigned rounded(double value) {
    constexpr int BITS = BF16 ? 7 : 10, BIAS = BF16 ? 127 : 15;
    double size = value < 0 ? -value : value;
    if (size < 1e-12) return 0;  // what rounding has left of 0
    int exponent = BIAS;
    for (; size < 1 && exponent > 1; exponent--) size *= 2;
    double scaled = size * (1 << BITS);  // at least 2^BITS, but in the lowest exponent
    unsigned whole = static_cast<unsigned>(scaled);
    double rest = scaled - whole;
    if (rest > 0.5 || (rest == 0.5 && whole % 2 == 1)) whole++;
    return (value < 0 ? 0x8000u : 0u) | ((static_cast<unsigned>(exponent - 1) << BITS) + whole);
}

template <bool BF16> __host__ __device__ constexpr unsigned word_of_two(double first, double second) {
    return rounded<BF16>(first) | rounded<BF16>(second) << 16;
}

/** exp(-2πi (4k - 1) n/4 size) / divisor. */
struct RightAngle : ExactTurn {
    __host__ __device__ constexpr RightAngle(int k, int n, int size, int divisor = 1) : ExactTurn(-0.5 * ((4 * k - 1) * n) / size) {
        x /= divisor;
        y /= divisor;
    }
};

/** exp(-2πi n/size). */
struct PartOfTurn : ExactTurn {
    __host__ __device__ constexpr PartOfTurn(int n, int size) : ExactTurn(-2.0 * (n % size) / size) {}
};

/** Tiles [.][columns] of value(row, column), as Tile reads them. */
template <bool BF16, bool SIDE, int SIZE, class Value>
__host__ __device__ constexpr void put_tiles(unsigned (&words)[SIZE], int columns, Value value) {
    for (int i = 0; i < SIZE / 2; i++) {
        int r = word_of<SIDE>(i % 4), lane = i / 4 % 32, tile = i / 128;
        int row = tile / columns * 16 + lane / 4 + r % 2 * 8, column = tile % columns * 16 + lane % 4 * 2 + r / 2 * 8;
        ExactTurn first = value(row, column), second = value(row, column + 1);
        words[tile * TILE + i % 128] = word_of_two<BF16>(first.x, second.x);
        words[tile * TILE + 128 + i % 128] = word_of_two<BF16>(first.y, second.y);
    }
}

/** Of rows in two factors. */
template <int F1, int F3, bool BF16> struct ShortTables {
    static constexpr int N = F1 * F3, T1 = F1 / 16, T3 = F3 / 16;
    alignas(16) unsigned first[F1 * F1], third[F3 * F3], third_back[F3 * F3], last[F1 * F1], turns[N], turns_back[N];

    __host__ __device__ constexpr ShortTables() : first{}, third{}, third_back{}, last{}, turns{}, turns_back{} {
        auto inner = [](int k, int n) { return PartOfTurn(place<F3>(k) * place<F3>(n), F3); };  // symmetric
        put_tiles<BF16, LEFT>(first, T1, [](int k, int n) { return RightAngle(k, n, F1, F1); });
        put_tiles<BF16, RIGHT>(third, T3, inner);
        put_tiles<BF16, LEFT>(third_back, T3, inner);
        put_tiles<BF16, RIGHT>(last, T1, [](int n, int k) { return RightAngle(k, n, F1); });
        put_tiles<BF16, LEFT>(turns, T3, [](int k, int n) { return RightAngle(k, place<F3>(n), N, F3); });
        put_tiles<BF16, LEFT>(turns_back, T1, [](int n, int k) { return RightAngle(k, place<F3>(n), N); });
    }
};

/** Of rows in three factors, N = F1 · 16 · 16: the first and the last stage, D on the left and on the right, T, and a(k1, ·) for columns and for rows of a tile. */
template <int F1, bool BF16> struct LongTables {
    static constexpr int N = F1 * 256, T = F1 < 16 ? 1 : F1 / 16, STEPS = F1 / 8, MATRIX = F1 < 16 ? TILE : F1 * F1;
    alignas(16) unsigned first[MATRIX], last[MATRIX], left[TILE], right[TILE], turns[TILE];
    alignas(16) unsigned there[F1 * 32];  // [k1][4][a of m1, of m2][4]
    alignas(16) unsigned home[F1 * 64];   // [k1][8][a of m1, of m2][4]

    __host__ __device__ constexpr LongTables() : first{}, last{}, left{}, right{}, turns{}, there{}, home{} {
        if (F1 < 16) {  // both parts in one left operand: imaginary parts in rows 8 to 15, zeros for n1 of 8 and more
            for (int i = 0; i < 128; i++) {
                int r = i % 4, k = i / 16, n = i / 4 % 4 * 2;
                RightAngle a(k, n, F1, F1), b(k, n + 1, F1, F1);
                first[i] = r > 1 ? 0 : r == 1 ? word_of_two<BF16>(a.y, b.y) : word_of_two<BF16>(a.x, b.x);
            }
        } else {
            put_tiles<BF16, LEFT>(first, T, [](int k, int n) { return RightAngle(k, n, F1, F1); });
        }
        for (int i = 0; i < T * STEPS * 128; i++) {  // Re (conj(a) S) = Re a Re S + Im a Im S: [n1][k1 and part]
            int r = i % 4, l = i / 4 % 32, tile = i / 128;
            int n = tile / STEPS * 16 + l / 4 + r % 2 * 8, k = tile % STEPS * 8 + l % 4 + r / 2 * 4;
            RightAngle a(k, n, F1);
            last[i] = n < F1 ? word_of_two<BF16>(a.x, a.y) : 0;
        }
        auto inner = [](int a, int b) { return PartOfTurn(place<16>(a) * place<16>(b), 16); };  // symmetric
        put_tiles<BF16, LEFT>(left, 1, inner);
        put_tiles<BF16, RIGHT>(right, 1, inner);
        put_tiles<BF16, LEFT>(turns, 1, [](int a, int b) { return PartOfTurn(place<16>(a) * place<16>(b), 256); });
        for (int i = 0; i < F1 * 8; i++) {
            int k = i / 8, first_of_four = i / 2 % 4 * 4, stride = i % 2 == 0 ? 16 : 1;
            for (int s = 0; s < 2; s++) {
                RightAngle a(k, (first_of_four + s) * stride, N, 16), b(k, (first_of_four + s + 2) * stride, N, 16);
                there[4 * i + 2 * s] = word_of_two<BF16>(a.x, b.x);
                there[4 * i + 2 * s + 1] = word_of_two<BF16>(a.y, b.y);
            }
        }
        for (int i = 0; i < F1 * 16; i++) {
            int k = i / 16, first_of_two = i / 2 % 8 * 2, stride = i % 2 == 0 ? 16 : 1;
            for (int s = 0; s < 2; s++) {
                RightAngle a(k, (first_of_two + s) * stride, N);
                home[4 * i + 2 * s] = word_of_two<BF16>(a.x, a.x);
                home[4 * i + 2 * s + 1] = word_of_two<BF16>(a.y, a.y);
            }
        }
    }
};

template <int F1, int F3, bool BF16> __device__ constexpr ShortTables<F1, F3, BF16> short_tables{};
template <int F1, bool BF16> __device__ constexpr LongTables<F1, BF16> long_tables{};

/** A copy in shared memory, by all threads of the block; it is there after a barrier. */
template <class Tables> __device__ __forceinline__ const Tables& in_shared_memory(const Tables& tables, unsigned* shared) {
    static_assert(sizeof(Tables) % sizeof(uint4) == 0);
    const uint4* from = reinterpret_cast<const uint4*>(&tables);
#pragma unroll 8
    for (unsigned i = threadIdx.x; i < sizeof(Tables) / sizeof(uint4); i += blockDim.x) reinterpret_cast<uint4*>(shared)[i] = from[i];
    return *reinterpret_cast<const Tables*>(shared);
}
