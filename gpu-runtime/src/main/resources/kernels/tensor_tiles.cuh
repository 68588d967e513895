// Chains of complex products on the tensor cores that stay in registers. With lane = 4g + t, sums of a product lie in a warp as (row: g,
// column: t), a left operand as (row: g, index summed over: t), a right operand as (index summed over: t, column: g). So sums can be the
// left operand of the next product as they are, and summed over their columns; or, transposed, the right operand. Real and imaginary parts
// are words of their own, two neighbours in each.
#pragma once

#include "row_transform.cuh"
#include "tensor_core.cuh"

/** The number that position p of 16 or 32 stands for: a lane has F/8 neighbours. */
template <int F> __host__ __device__ __forceinline__ constexpr int place(int p) { return F / 8 * (p & 7) + (p >> 3); }

__device__ __forceinline__ void spread(uint4 four, unsigned (&words)[4]) {
    words[0] = four.x;
    words[1] = four.y;
    words[2] = four.z;
    words[3] = four.w;
}

/**
 * Sixteen by sixteen complex numbers over a warp, as a left operand: word h + 2s has row lane/4 + 8h and columns 2 (lane mod 4) + 8s and
 * the next. As a right operand, transposed, it has them in word 2h + s: words that are read together are neighbours in the register file.
 */
struct Tile {
    unsigned re[4], im[4];

    __device__ __forceinline__ void read(const unsigned* words) {
        int lane = threadIdx.x % 32;
        set(reinterpret_cast<const uint4*>(words)[lane], reinterpret_cast<const uint4*>(words)[32 + lane]);
    }
    __device__ __forceinline__ void set(uint4 a, uint4 b) {
        spread(a, re);
        spread(b, im);
    }
};

constexpr bool LEFT = false, RIGHT = true;

/** Where the word h + 2s of a left operand is in an operand of either side. */
template <bool SIDE> __host__ __device__ __forceinline__ constexpr int word_of(int i) { return SIDE == LEFT ? i : i / 2 + i % 2 * 2; }

/** Words of a tile in memory. */
constexpr int TILE = 256;

/** (re, im) *= w or, BACK, its conjugate. */
template <bool BF16, bool BACK> __device__ __forceinline__ void turn_words(unsigned& re, unsigned& im, unsigned w_re, unsigned w_im) {
    unsigned x = packed_product<BF16>(re, w_re), y = packed_product<BF16>(im, w_re);
    unsigned old = re;
    re = packed_sum<BF16, !BACK>(im, w_im, x);
    im = packed_sum<BF16, BACK>(old, w_im, y);
}

/** sum + a b. */
__device__ __forceinline__ float2 plus_product(float2 sum, float2 a, float2 b) {
    return make_float2(fmaf(-a.y, b.y, fmaf(a.x, b.x, sum.x)), fmaf(a.y, b.x, fmaf(a.x, b.y, sum.y)));
}

/** Sums of a tile: sixteen rows, columns in two halves. */
template <bool BF16> struct Sums {
    Product<BF16> re[2], im[2];

    /**
     * Times w (as a left operand) or, BACK, its conjugate, rounded, as an operand of a side. ONCE: rounded once; else before too, and every
     * product in two steps, which is half of the work for bfloat16 and the only way of float16.
     */
    template <bool BACK, bool SIDE, bool ONCE = BF16> __device__ __forceinline__ Tile turned(const Tile& w) const {
        Tile z;
#pragma unroll
        for (int i = 0; i < 4; i++) {
            unsigned &to_re = z.re[word_of<SIDE>(i)], &to_im = z.im[word_of<SIDE>(i)];
            if constexpr (ONCE) {
                const float *a = re[i / 2].c + i % 2 * 2, *b = im[i / 2].c + i % 2 * 2;
                float sign = BACK ? -1.0f : 1.0f;
                float2 first = make_float2(a[0], b[0]) * make_float2(low_bfloat16(w.re[i]), sign * low_bfloat16(w.im[i]));
                float2 second = make_float2(a[1], b[1]) * make_float2(high_bfloat16(w.re[i]), sign * high_bfloat16(w.im[i]));
                to_re = pack<BF16>(first.x, second.x);
                to_im = pack<BF16>(first.y, second.y);
            } else {
                to_re = re[i / 2].word(i % 2);
                to_im = im[i / 2].word(i % 2);
                turn_words<BF16, BACK>(to_re, to_im, w.re[i], w.im[i]);
            }
        }
        return z;
    }
};

/** Bins of a row's halves, a and b, times k = K1 and l = K2 - i K1 of the kernel: p = a k and q = b k + a l, rounded, on the right. */
template <bool BF16> __device__ __forceinline__ void convolve_halves(Tile& p, Tile& q, const Sums<BF16>& a, const Sums<BF16>& b, const Tile& k,
        const Tile& l) {
    p = a.template turned<false, RIGHT>(k);
#pragma unroll
    for (int i = 0; i < 4; i++) {
        int to = word_of<RIGHT>(i);
        if constexpr (BF16) {
            const float *a_re = a.re[i / 2].c + i % 2 * 2, *a_im = a.im[i / 2].c + i % 2 * 2;
            const float *b_re = b.re[i / 2].c + i % 2 * 2, *b_im = b.im[i / 2].c + i % 2 * 2;
            float2 first = make_float2(b_re[0], b_im[0]) * make_float2(low_bfloat16(k.re[i]), low_bfloat16(k.im[i]));
            float2 second = make_float2(b_re[1], b_im[1]) * make_float2(high_bfloat16(k.re[i]), high_bfloat16(k.im[i]));
            first = plus_product(first, make_float2(a_re[0], a_im[0]), make_float2(low_bfloat16(l.re[i]), low_bfloat16(l.im[i])));
            second = plus_product(second, make_float2(a_re[1], a_im[1]), make_float2(high_bfloat16(l.re[i]), high_bfloat16(l.im[i])));
            q.re[to] = pack<BF16>(first.x, second.x);
            q.im[to] = pack<BF16>(first.y, second.y);
        } else {
            unsigned re = a.re[i / 2].word(i % 2), im = a.im[i / 2].word(i % 2);
            turn_words<BF16, false>(re, im, l.re[i], l.im[i]);
            unsigned x = b.re[i / 2].word(i % 2), y = b.im[i / 2].word(i % 2);
            q.re[to] = packed_sum<BF16, true>(y, k.im[i], packed_sum<BF16, false>(x, k.re[i], re));
            q.im[to] = packed_sum<BF16, false>(y, k.re[i], packed_sum<BF16, false>(x, k.im[i], im));
        }
    }
}

/** A tile of a matrix with what its products need beside it. */
struct MatrixTile {
    Tile z;
    unsigned minus[4];  // the imaginary parts

    __device__ __forceinline__ void complete() {
#pragma unroll
        for (int i = 0; i < 4; i++) minus[i] = negated(z.im[i]);
    }
};

/** sums += matrix data or, BACK, with the conjugate matrix; the matrix on the left. */
template <bool BF16, bool BACK> __device__ __forceinline__ void matrix_times(Sums<BF16>& sums, const MatrixTile& m, const Tile& data) {
#pragma unroll
    for (int s = 0; s < 2; s++) {
        sums.re[s].add(m.z.re, data.re[2 * s], data.re[2 * s + 1]);
        sums.im[s].add(m.z.re, data.im[2 * s], data.im[2 * s + 1]);
    }
#pragma unroll
    for (int s = 0; s < 2; s++) {
        sums.re[s].add(BACK ? m.z.im : m.minus, data.im[2 * s], data.im[2 * s + 1]);
        sums.im[s].add(BACK ? m.minus : m.z.im, data.re[2 * s], data.re[2 * s + 1]);
    }
}

/** sums += data matrix or, BACK, with the conjugate matrix; the matrix on the right. */
template <bool BF16, bool BACK> __device__ __forceinline__ void times_matrix(Sums<BF16>& sums, const Tile& data, const MatrixTile& m) {
    const unsigned(&plus)[4] = BACK ? m.minus : m.z.im;
    const unsigned(&minus)[4] = BACK ? m.z.im : m.minus;
#pragma unroll
    for (int s = 0; s < 2; s++) {
        sums.re[s].add(data.re, m.z.re[2 * s], m.z.re[2 * s + 1]);
        sums.im[s].add(data.im, m.z.re[2 * s], m.z.re[2 * s + 1]);
    }
#pragma unroll
    for (int s = 0; s < 2; s++) {
        sums.re[s].add(data.im, minus[2 * s], minus[2 * s + 1]);
        sums.im[s].add(data.re, plus[2 * s], plus[2 * s + 1]);
    }
}
