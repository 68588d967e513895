// Products of 16 by 16 and 16 by 8 tiles of 16-bit numbers on the tensor cores with sums of float32 or of float16, and a model of them for the
// host shim that keeps the layout of every lane (PTX ISA, mma.m16n8k16). 16-bit numbers are two in an unsigned with the first in the low half; BF16
// says which kind they are. With g = lane/4 and t = lane mod 4 a lane holds
//   A [16 rows][16]   words (g, 2t..2t+1), (g+8, 2t..), (g, 2t+8..), (g+8, 2t+8..)
//   B [16][8 columns] words (2t..2t+1, g), (2t+8.., g)
//   C [16 rows][8]    (g, 2t), (g, 2t+1), (g+8, 2t), (g+8, 2t+1); of float16 two words
#pragma once

#include "longwave.cuh"

#ifdef HOST_SHIM

/** Nearest number of 8 (bfloat16) or 11 (binary16) significant bits, ties to even. */
template <bool BF16> inline unsigned short narrow(float value) {
    unsigned bits = __float_as_uint(value), sign = bits >> 31 << 15, size = bits & 0x7fffffffu;
    if (size > 0x7f800000u) return 0x7fff;
    if (BF16) return static_cast<unsigned short>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    if (size >= 0x477ff000u) return static_cast<unsigned short>(sign | 0x7c00);
    if (size < 0x38800000u) {
        return static_cast<unsigned short>(sign | static_cast<unsigned>(std::nearbyint(std::fabs(value) * 16777216.0f)));
    }
    return static_cast<unsigned short>(sign | (size + 0xfff + (size >> 13 & 1) - (112u << 23)) >> 13);
}
template <bool BF16> inline float widen(unsigned short value) {
    if (BF16) return __uint_as_float(static_cast<unsigned>(value) << 16);
    float sign = value >> 15 ? -1.0f : 1.0f;
    int exponent = value >> 10 & 31, mantissa = value & 1023;
    if (exponent == 31) return mantissa != 0 ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
    return sign * std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
}
template <bool BF16> inline unsigned pack(float first, float second) {
    return narrow<BF16>(first) | static_cast<unsigned>(narrow<BF16>(second)) << 16;
}
struct TileOperands {
    unsigned a[4], b[2];
};
template <bool BF16> inline void mma(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
    auto all = shim::exchange(TileOperands{{a[0], a[1], a[2], a[3]}, {b0, b1}}, "mma");
    unsigned lane = shim::lane();
    for (int i = 0; i < 4; i++) {
        unsigned row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
        for (unsigned k = 0; k < 16; k++) {
            unsigned left = all[row % 8 * 4 + k % 8 / 2].a[row / 8 + k / 8 * 2];
            unsigned right = all[column * 4 + k % 8 / 2].b[k / 8];
            float a_k = widen<BF16>(static_cast<unsigned short>(left >> k % 2 * 16));
            float b_k = widen<BF16>(static_cast<unsigned short>(right >> k % 2 * 16));
            c[i] += a_k * b_k;
        }
    }
}
/** The same of float16, with sums that are rounded to it. */
inline void mma(unsigned (&c)[2], const unsigned (&a)[4], unsigned b0, unsigned b1) {
    float sums[4];
    for (int i = 0; i < 4; i++) sums[i] = widen<false>(static_cast<unsigned short>(c[i / 2] >> i % 2 * 16));
    mma<false>(sums, a, b0, b1);
    for (int h = 0; h < 2; h++) c[h] = pack<false>(sums[2 * h], sums[2 * h + 1]);
}
/** a b of both numbers of words, each rounded once. */
template <bool BF16> inline unsigned packed_product(unsigned a, unsigned b) {
    auto of = [&](int half) {
        return widen<BF16>(static_cast<unsigned short>(a >> half)) * widen<BF16>(static_cast<unsigned short>(b >> half));
    };
    return pack<BF16>(of(0), of(16));
}
/** ±a b + c of both numbers of words. */
template <bool BF16, bool MINUS> inline unsigned packed_sum(unsigned a, unsigned b, unsigned c) {
    auto of = [&](int half) {
        float product = widen<BF16>(static_cast<unsigned short>(a >> half)) * widen<BF16>(static_cast<unsigned short>(b >> half));
        return (MINUS ? -product : product) + widen<BF16>(static_cast<unsigned short>(c >> half));
    };
    return pack<BF16>(of(0), of(16));
}

#else

template <bool BF16> __device__ __forceinline__ unsigned pack(float first, float second) {
    unsigned word;
    if (BF16) asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(second), "f"(first));
    else asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(second), "f"(first));
    return word;
}
/** c += a b */
template <bool BF16> __device__ __forceinline__ void mma(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
    if (BF16) {
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
    } else {
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
    }
}
/** The same of float16, with sums that are rounded to it. */
__device__ __forceinline__ void mma(unsigned (&c)[2], const unsigned (&a)[4], unsigned b0, unsigned b1) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16 {%0,%1}, {%2,%3,%4,%5}, {%6,%7}, {%0,%1};"
            : "+r"(c[0]), "+r"(c[1])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
/** a b of both numbers of words, each rounded once. */
template <bool BF16> __device__ __forceinline__ unsigned packed_product(unsigned a, unsigned b) {
    unsigned word;
    if (BF16) asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(word) : "r"(a), "r"(b), "r"(0x80008000u));
    else asm("mul.rn.f16x2 %0, %1, %2;" : "=r"(word) : "r"(a), "r"(b));
    return word;
}
/** ±a b + c of both numbers of words. */
template <bool BF16, bool MINUS> __device__ __forceinline__ unsigned packed_sum(unsigned a, unsigned b, unsigned c) {
    unsigned word;
    if (MINUS) {
        if (BF16) asm("neg.bf16x2 %0, %1;" : "=r"(word) : "r"(a));
        else asm("neg.f16x2 %0, %1;" : "=r"(word) : "r"(a));
        a = word;
    }
    if (BF16) asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(word) : "r"(a), "r"(b), "r"(c));
    else asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(word) : "r"(a), "r"(b), "r"(c));
    return word;
}

#endif

/** Both numbers of a word with the other sign. */
__device__ __forceinline__ unsigned negated(unsigned word) { return word ^ 0x80008000u; }

/** The numbers of a word of bfloat16. */
__device__ __forceinline__ float low_bfloat16(unsigned word) { return __uint_as_float(word << 16); }
__device__ __forceinline__ float high_bfloat16(unsigned word) { return __uint_as_float(word & 0xffff0000u); }

/** a + b of both numbers of words. */
template <bool BF16> __device__ __forceinline__ unsigned packed_plus(unsigned a, unsigned b) {
    return packed_sum<BF16, false>(a, BF16 ? 0x3f803f80u : 0x3c003c00u, b);
}

/** Sums that are rounded to 16 bits in the end. Those of float16 are float16 all the while: half of the registers, and nothing to convert. */
template <bool BF16> struct Product;

template <> struct Product<true> {
    float c[4];

    __device__ __forceinline__ void add(const unsigned (&a)[4], unsigned b0, unsigned b1) { mma<true>(c, a, b0, b1); }
    /** (g + 8h, 2t) and (g + 8h, 2t+1). */
    __device__ __forceinline__ unsigned word(int h) const { return pack<true>(c[2 * h], c[2 * h + 1]); }
    /** (g + 8h, 2t+i) of these and of others. */
    __device__ __forceinline__ unsigned beside(const Product& other, int h, int i) const { return pack<true>(c[2 * h + i], other.c[2 * h + i]); }
};

template <> struct Product<false> {
    unsigned c[2];

    __device__ __forceinline__ void add(const unsigned (&a)[4], unsigned b0, unsigned b1) { mma(c, a, b0, b1); }
    __device__ __forceinline__ unsigned word(int h) const { return c[h]; }
    __device__ __forceinline__ unsigned beside(const Product& other, int h, int i) const {
        return i == 0 ? (c[h] & 0xffff) | other.c[h] << 16 : c[h] >> 16 | (other.c[h] & 0xffff0000);
    }
};
