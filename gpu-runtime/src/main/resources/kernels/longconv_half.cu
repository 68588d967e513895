// Long convolutions on the tensor cores, with operands of 16 bits: longconv.cu says what is computed, this file the same in factors that are
// matrices (Monarch). Sums of bfloat16 are float32, those of float16 are float16, but for those of y. Bins of bfloat16 are multiplied in float32
// and rounded once; twiddle factors are multiplied in 16 bits.
//
// Two factors, N = F1 F3 up to 1024, n = n1 F3 + n2, k = k1 + F1 k3:
//
//   S1[k1][n2] = Σ_n1 exp(-2πi (4 k1 - 1) n1/4F1) / F1  x[n1][n2]         θ^(n1 F3) is in the matrix
//   S1 .*=       exp(-2πi (4 k1 - 1) n2/4N) / F3                          and θ^n2 in the twiddle factor
//   S3[k1][k3] = Σ_n2 exp(-2πi n2 k3/F3) S1[k1][n2],                      .*= K^
//
// and back with conjugate matrices and no divisors. From 2048 on there are three, N = F1 · 16 · 16, n = n1 256 + 16 m1 + m2 and k = k1 + F1
// (q1 + 16 k3). There the twiddle factor after the first stage is spread over the next two: its part in m1 is in the columns of the
// second stage's matrix, its part in m2 in the twiddle factors between second and third,
//
//   S2[k1][q1][m2] = Σ_m1 D[q1][m1] a(k1, 16 m1) S1[k1][m1][m2],          .*= T[q1][m2] a(k1, m2)
//   S3[k1][q1][k3] = Σ_m2 D[m2][k3] S2[k1][q1][m2],                       .*= K^
//
// with a(k, n) = exp(-2πi (4k - 1) n/4N) / 16, D = exp(-2πi ab/16) and T = exp(-2πi ab/256). What is rounded to 16 bits never grows on the
// way there: |S| ≤ max |x|. K^, with the skip added, is divided by a power of two that brings its largest part to about 1, and y multiplied
// with it in float32. x is real, which halves the products of the first stage; of the last only the real part is wanted, which halves
// these.
//
// From 8192 numbers on rows are taken in halves, as longconv.cu says, where the kernel has no future: halves of 4096 and 8192 leave room on a
// multiprocessor for more warps, and half the registers of the first and the last stage free.
//
// Everything but the exchanges of half_long_rows.cuh happens in registers (tensor_tiles.cuh). The chain is
//
//   x as right operand -> (k1, n2) left -> (k1, k3) right -> (n2, k1) left -> (n2, n1)
//
// and no number changes its lane. The index of a lane stands for number place(lane), not for its own, so that what a lane loads and stores
// lies side by side in memory.
#include "convolution_rows.cuh"
#include "fixed_rows.cuh"
#include "half_long_rows.cuh"
#include "half_short_rows.cuh"

/** Writes the bins of a row, bin(k), as tiles; all of its threads. */
template <int F1, int F2, int F3, bool BF16, class Bin> __device__ __forceinline__ void write_tiles(unsigned* spectrum, Bin bin) {
    constexpr int N = F1 * F2 * F3, COLUMNS = F3 / 16;
    for (unsigned i = threadIdx.x; i < N / 2; i += blockDim.x) {
        int r = i % 4, lane = i / 4 % 32, tile = i / 128;
        int p = lane / 4 + r % 2 * 8, q = lane % 4 * 2 + r / 2 * 8;
        int k1 = F2 > 1 ? tile : tile / COLUMNS * 16 + p, q1 = F2 > 1 ? place<16>(p) : 0, column = F2 > 1 ? q : tile % COLUMNS * 16 + q;
        float2 first = bin(k1 + F1 * (q1 + F2 * place<F3>(column))), second = bin(k1 + F1 * (q1 + F2 * place<F3>(column + 1)));
        unsigned* words = spectrum + tile * TILE + i % 128;
        words[0] = pack<BF16>(first.x, second.x);
        words[128] = pack<BF16>(first.y, second.y);
    }
}

/**
 * Spectra F(k θ^n) of kernel rows as tiles (see Tile) of 16-bit numbers, divided by scales[row], a power of two that is no smaller than
 * half of any part of the spectrum and of the skips of its channels: for each k1 one with rows q1 and columns k3 or, of two factors, with
 * rows k1 and columns k3. Rows of kernels as in spectrum_of_rows; with two `pieces` those of a kernel stand in one block, and the second is
 * K2 - i K1, whose parts are less than four scales.
 */
template <int F1, int F2, int F3> __device__ __forceinline__ void half_spectrum_of_rows(float* shared, float* largest_of,
        const KernelRows& kernels, unsigned* __restrict__ spectrum, float* __restrict__ scales, const float* skip, int channels_per_row, int rows,
        int pieces, int bfloat16) {
    constexpr int N = F1 * F2 * F3;
    RowsOf<N, 1> transform(shared);
    long long part = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y, row = part / pieces;
    bool live = row < rows;
    TwoSidedKernel kernel(kernels, row, static_cast<int>(part % pieces) * N, N, live);
    kernel.through([&](auto tap) { transform.first_complex([&](int, int i) { return tap(i); }); });
    float largest = 0.0f;
    transform.template through_bins<true, false>([&](int place, Numbers<1> value) {
        transform.left_at(place) = value.row[0];
        largest = fmaxf(largest, fmaxf(fabsf(value.row[0].x), fabsf(value.row[0].y)));
        return value;
    });
    for (int c = threadIdx.x; live && skip != nullptr && c < channels_per_row; c += blockDim.x) {
        largest = fmaxf(largest, fabsf(skip[row * channels_per_row + c]));
    }
    float* slots = largest_of + threadIdx.y * blockDim.x;
    slots[threadIdx.x] = largest;
    __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) slots[threadIdx.x] = fmaxf(slots[threadIdx.x], slots[threadIdx.x + half]);
        __syncthreads();
    }
    if (!live) return;
    float of_other = largest_of[(threadIdx.y ^ (pieces - 1)) * blockDim.x];
    int exponent = min(max(__float_as_int(fmaxf(slots[0], of_other)) >> 23, 1), 253);
    float scale = __int_as_float(exponent << 23), divided = __int_as_float((254 - exponent) << 23);
    if (threadIdx.x == 0) scales[row] = scale;
    auto bin = [&](int k) {
        float2 own = transform.left_of(k);
        if (threadIdx.y % pieces > 0) {
            float2 first = transform.left_of(k, -1);
            own = make_float2(own.x + first.y, own.y - first.x);
        }
        return divided * own;
    };
    if (bfloat16) write_tiles<F1, F2, F3, true>(spectrum + part * N, bin);
    else write_tiles<F1, F2, F3, false>(spectrum + part * N, bin);
}

#define LONG_CONVOLUTION_HALF_SPECTRUM_KERNEL(name, f1, f2, f3)                                                                            \
    extern "C" __global__ void __launch_bounds__(512, 1) name(const float* kernels, int taps, int stride, const float* future,             \
            int future_taps, int future_stride, int half_width, const float* threshold, unsigned* __restrict__ spectrum,                   \
            float* __restrict__ scales, const float* skip, int channels_per_row, int rows, int pieces, int bfloat16) {                     \
        DYNAMIC_SHARED(float, shared);                                                                                                     \
        __shared__ float largest_of[512];                                                                                                  \
        KernelRows all = {kernels, taps, stride, future, future_taps, future_stride, half_width, threshold};                               \
        half_spectrum_of_rows<f1, f2, f3>(shared, largest_of, all, spectrum, scales, skip, channels_per_row, rows, pieces, bfloat16);      \
    }

LONG_CONVOLUTION_HALF_SPECTRUM_KERNEL(long_convolution_half_spectrum_256, 16, 1, 16)
LONG_CONVOLUTION_HALF_SPECTRUM_KERNEL(long_convolution_half_spectrum_512, 32, 1, 16)
LONG_CONVOLUTION_HALF_SPECTRUM_KERNEL(long_convolution_half_spectrum_1024, 32, 1, 32)
LONG_CONVOLUTION_HALF_SPECTRUM_KERNEL(long_convolution_half_spectrum_2048, 8, 16, 16)
LONG_CONVOLUTION_HALF_SPECTRUM_KERNEL(long_convolution_half_spectrum_4096, 16, 16, 16)
LONG_CONVOLUTION_HALF_SPECTRUM_KERNEL(long_convolution_half_spectrum_8192, 32, 16, 16)
LONG_CONVOLUTION_HALF_SPECTRUM_KERNEL(long_convolution_half_spectrum_16384, 64, 16, 16)

/** Convolutions of rows [H][B] of up to N numbers; HalfTerms says what the parameters are. */
#define SHORT_CONVOLUTION_HALF_KERNEL(name, f1, f3, rows, bf16, threads, blocks)                                                           \
    extern "C" __global__ __launch_bounds__(threads, blocks) void name(const float* u, const float* input_gate, const unsigned* spectrum,  \
            const float* scales, const float* skip, const float* output_gate, float* y, int variates, int channels, int batch, int length, \
            int channels_per_row, int conjugated, int accumulate) {                                                                        \
        DYNAMIC_SHARED(unsigned, shared);                                                                                                  \
        HalfTerms o = {u, input_gate, spectrum, scales, skip, output_gate, y, variates, channels, batch, length, channels_per_row,         \
                conjugated, accumulate};                                                                                                   \
        convolve_short_rows<f1, f3, rows, bf16>(o, shared);                                                                                \
    }
#define LONG_CONVOLUTION_HALF_KERNEL(name, f1, rows, bf16, halves, threads, blocks)                                                                \
    extern "C" __global__ __launch_bounds__(threads, blocks) void name(const float* u, const float* input_gate, const unsigned* spectrum,  \
            const float* scales, const float* skip, const float* output_gate, float* y, int variates, int channels, int batch, int length, \
            int channels_per_row, int conjugated, int accumulate) {                                                                        \
        DYNAMIC_SHARED(unsigned, shared);                                                                                                  \
        HalfTerms o = {u, input_gate, spectrum, scales, skip, output_gate, y, variates, channels, batch, length, channels_per_row,         \
                conjugated, accumulate};                                                                                                   \
        convolve_long_rows<f1, rows, threads / 32, bf16, halves>(o, shared);                                                                       \
    }

SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_256, 16, 16, 2, true, 256, 2)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_512, 32, 16, 1, true, 256, 2)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_1024, 32, 32, 1, true, 128, 3)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_2048, 8, 2, true, false, 128, 4)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_4096, 16, 2, true, false, 256, 2)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_8192, 32, 3, true, false, 384, 1)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_16384, 64, 1, true, false, 384, 1)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_halves_of_8192, 16, 2, true, true, 256, 2)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_halves_of_16384, 32, 2, true, true, 512, 1)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_float16_256, 16, 16, 2, false, 256, 2)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_float16_512, 32, 16, 1, false, 256, 2)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_float16_1024, 32, 32, 1, false, 128, 3)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_2048, 8, 2, false, false, 128, 4)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_4096, 16, 2, false, false, 256, 2)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_8192, 32, 3, false, false, 384, 1)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_16384, 64, 1, false, false, 384, 1)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_halves_of_8192, 16, 2, false, true, 256, 2)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_halves_of_16384, 32, 2, false, true, 512, 1)
