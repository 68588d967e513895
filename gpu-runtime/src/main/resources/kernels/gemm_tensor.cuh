// The tile of gemm.cuh on the matrix units, with the accuracy of float32.
//
// The units multiply TF32 numbers: 10 bits of mantissa in the range of a float. A float is split into two of them, x = high + low with 21 bits, and
// a b = high high + high low + low high; low low is below the rounding of a float. The units cut off what they add instead of rounding it, which
// over long sums adds up to a bias: each step along k is therefore summed from 0 and added to the sums by the ordinary units (Ootomo and Yokota,
// arXiv:2203.03341, section 3). Where a factor is infinite, or rounds to infinity in TF32, the result is no number.
#pragma once
#include "gemm.cuh"

/** The nearest TF32 number, ties away from zero. */
__device__ __forceinline__ float nearest_tf32(float x) {
#ifdef HOST_SHIM
    return __uint_as_float((__float_as_uint(x) + 0x1000u) & 0xffffe000u);
#else
    unsigned bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
    return __uint_as_float(bits);
#endif
}

/** Four numbers of A's 16 by 8 fragment: (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4) for g = lane / 4 and t = lane % 4. */
struct TensorLeft {
    float v[4];
};

/** Two numbers of B's 8 by 8 fragment: (t, g), (t + 4, g). */
struct TensorRight {
    float v[2];
};

/** Four numbers of C's 16 by 8 fragment: (g, 2 t), (g, 2 t + 1), (g + 8, 2 t), (g + 8, 2 t + 1). */
struct TensorSum {
    float v[4];
};

/** c + a b by a whole warp: mma.sync.m16n8k8 of TF32 numbers, PTX ISA section 9.7.14 (fragments for .tf32). */
__device__ __forceinline__ TensorSum tensor_multiply(TensorLeft a, TensorRight b, TensorSum c) {
#ifdef HOST_SHIM
    struct Given {
        TensorLeft a;
        TensorRight b;
    };
    auto all = shim::exchange(Given{a, b}, "mma.m16n8k8.tf32");
    // the units look at the bits of a TF32 number and at no others
    auto seen = [](float x) { return __uint_as_float(__float_as_uint(x) & 0xffffe000u); };
    unsigned g = shim::lane() / 4, t = shim::lane() % 4;
    for (unsigned i = 0; i < 4; i++) {
        unsigned row = g + i / 2 * 8, column = 2 * t + i % 2;
        float sum = c.v[i];
        for (unsigned k = 0; k < 8; k++) {
            float left = all[row % 8 * 4 + k % 4].a.v[row / 8 + k / 4 * 2];
            float right = all[column * 4 + k % 4].b.v[k / 4];
            sum += seen(left) * seen(right);
        }
        c.v[i] = sum;
    }
    return c;
#else
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c.v[0]), "+f"(c.v[1]), "+f"(c.v[2]), "+f"(c.v[3])
        : "r"(__float_as_uint(a.v[0])), "r"(__float_as_uint(a.v[1])), "r"(__float_as_uint(a.v[2])), "r"(__float_as_uint(a.v[3])),
        "r"(__float_as_uint(b.v[0])), "r"(__float_as_uint(b.v[1])));
    return c;
#endif
}

/** 128 by 128 sums by eight warps, two down and four across: each has 4 by 4 fragments of 16 by 8. */
struct GemmTensorTile {
    static constexpr int SIDE = 128;
    static constexpr int DEPTH = 8;
    /** Four rows of it apart is eight banks: the 4 by 8 numbers of a fragment lie in 32 different ones. */
    static constexpr int PITCH = SIDE + 8;
    static_assert(4 * DEPTH * PITCH <= GEMM_ROOM, "two buffers of two factors");
    /** With two, registers spill: eight warps have sixteen sums each that do not wait for each other. */
    static constexpr int BLOCKS = 1;
    static constexpr int DOWN = 4;
    static constexpr int ACROSS = 4;

    TensorSum sum[DOWN][ACROSS];

    __device__ __forceinline__ static int warp_row() { return threadIdx.x / 128 * 64; }
    __device__ __forceinline__ static int warp_column() { return threadIdx.x / 32 % 4 * 32; }

    __device__ __forceinline__ void clear() {
#pragma unroll
        for (int i = 0; i < DOWN; i++) {
#pragma unroll
            for (int j = 0; j < ACROSS; j++) sum[i][j] = {{0.0f, 0.0f, 0.0f, 0.0f}};
        }
    }

    __device__ __forceinline__ void multiply(const float* a, const float* b) {
        int g = threadIdx.x % 32 / 4;
        int t = threadIdx.x % 4;
        const float* own_b = b + t * PITCH + warp_column() + g;
        TensorRight right[ACROSS];
        TensorRight right_rest[ACROSS];
#pragma unroll
        for (int j = 0; j < ACROSS; j++) {
#pragma unroll
            for (int i = 0; i < 2; i++) {
                float x = own_b[i * 4 * PITCH + j * 8];
                right[j].v[i] = nearest_tf32(x);
                right_rest[j].v[i] = nearest_tf32(x - right[j].v[i]);
            }
        }
        const float* own_a = a + t * PITCH + warp_row() + g;
#pragma unroll
        for (int i = 0; i < DOWN; i++) {
            TensorLeft left;
            TensorLeft left_rest;
#pragma unroll
            for (int e = 0; e < 4; e++) {
                float x = own_a[e / 2 * 4 * PITCH + i * 16 + e % 2 * 8];
                left.v[e] = nearest_tf32(x);
                left_rest.v[e] = nearest_tf32(x - left.v[e]);
            }
#pragma unroll
            for (int j = 0; j < ACROSS; j++) {
                TensorSum step = {{0.0f, 0.0f, 0.0f, 0.0f}};
                step = tensor_multiply(left_rest, right[j], step);
                step = tensor_multiply(left, right_rest[j], step);
                step = tensor_multiply(left, right[j], step);
#pragma unroll
                for (int e = 0; e < 4; e++) sum[i][j].v[e] += step.v[e];
            }
        }
    }

    /** Neighbouring lanes swap halves, so that each has four sums of one row: even lanes those of row g, odd lanes those of row g + 8. */
    template <class Out> __device__ __forceinline__ void finish(int row, int column, Out out) {
        int g = threadIdx.x % 32 / 4;
        int t = threadIdx.x % 4;
        bool odd = t % 2 != 0;
        int own_row = row + warp_row() + g + (odd ? 8 : 0);
        int own_column = column + warp_column() + t / 2 * 4;
#pragma unroll
        for (int i = 0; i < DOWN; i++) {
#pragma unroll
            for (int j = 0; j < ACROSS; j++) {
                TensorSum s = sum[i][j];
                float first = __shfl_xor_sync(FULL_WARP, odd ? s.v[0] : s.v[2], 1);
                float second = __shfl_xor_sync(FULL_WARP, odd ? s.v[1] : s.v[3], 1);
                float4 quad = odd ? float4{first, second, s.v[2], s.v[3]} : float4{s.v[0], s.v[1], first, second};
                out(own_row + i * 16, own_column + j * 8, quad);
            }
        }
    }
};
