// Long convolutions on the tensor cores, with 16-bit operands and float32 sums: longconv.cu says what is computed, this file the same in
// factors that are matrices (Monarch). N = F1 F2 F3 with factors of 16 to 64, or F1 F3 (then F2 = 1); N2 = F2 F3, n = n1 N2 + n2, k = k1 +
// F1 k2:
//
//   S1[k1][n2] = Σ_n1 exp(-2πi (4 k1 - 1) n1/4F1) x[n1][n2]           θ^(n1 N2) is in the matrix
//   S1 .*=       exp(-2πi (4 k1 - 1) n2/4N) / F1                      and θ^n2 in the twiddle factor
//   S2[k1][q1][m2] = Σ_m1 exp(-2πi q1 m1/F2) S1[k1][m1 F3 + m2],      .*= exp(-2πi q1 m2/N2) / F2       (only with three factors)
//   S3[.][k3] = Σ_m2 exp(-2πi m2 k3/F3) S2[.][m2]                     .*= K^ / F3
//
// and back with conjugate matrices and no divisors. So what is rounded to 16 bits never grows on the way there: |S| ≤ max |x|. x is real,
// which halves the products of the first stage; of the last only the real part is wanted, which halves these.
//
// One row has its real and its imaginary parts in two planes of N 16-bit numbers in shared memory. A warp owns a strip of eight columns of
// a stage's matrix (16 rows in the fused middle): it loads them into fragments, multiplies, turns the sums in float32, rounds and puts them
// back where they were, so that barriers are between stages only. The middle goes there and back in registers: the sums of a product are
// laid out as the left operand of the next. Sixteen bytes of a plane go to place c ^ (c/8) ^ (c/64) ^ (c/512) modulo 8 of their 128, which
// spreads the rows that ldmatrix reads over the banks for every stride.
#include "convolution_rows.cuh"
#include "tensor_core.cuh"

/** Place of number p of a plane. */
__device__ __forceinline__ int plane_at(int p) {
    int chunk = p >> 3;
    return (chunk ^ ((chunk >> 3 ^ chunk >> 6 ^ chunk >> 9) & 7)) << 3 | (p & 7);
}

/** exp(-2πi i/4N) for any i, as the product of two factors from shared memory. */
struct Turns {
    const float2* coarse;  // 4N/256
    const float2* fine;    // 256
    int mask;              // 4N - 1

    __device__ __forceinline__ float2 operator()(int i) const { return coarse[(i & mask) >> 8] * fine[i & 255]; }
};

/** The tiles of an F by F matrix exp(-2πi turns(row, column)) as left operands: word r of lane l of tile (row, column) of part (re, im). */
template <int F, bool BF16, class Part> __device__ __forceinline__ void fill_matrix(unsigned* matrix, Part turns) {
    constexpr int tiles = F / 16;
    for (int i = threadIdx.x; i < tiles * tiles * 128; i += blockDim.x) {
        int r = i % 4, lane = i / 4 % 32, tile = i / 128;
        int row = tile / tiles * 16 + lane / 4 + r % 2 * 8, column = tile % tiles * 16 + lane % 4 * 2 + r / 2 * 8;
        float2 first = turn(-2.0f * turns(row, column)), second = turn(-2.0f * turns(row, column + 1));
        matrix[tile * 256 + lane * 4 + r] = pack<BF16>(first.x, second.x);
        matrix[tile * 256 + 128 + lane * 4 + r] = pack<BF16>(first.y, second.y);
    }
}

/** This lane's words of a part of a tile. */
__device__ __forceinline__ void tile_words(unsigned (&words)[4], const unsigned* matrix, int tile, int part) {
    uint4 four = *reinterpret_cast<const uint4*>(matrix + tile * 256 + part * 128 + threadIdx.x % 32 * 4);
    words[0] = four.x;
    words[1] = four.y;
    words[2] = four.z;
    words[3] = four.w;
}

/** Eight columns of complex numbers as right operands, `stride` from row to row. */
template <int F> __device__ __forceinline__ void load_columns(unsigned (&words)[F / 16][4], const unsigned short* re,
        const unsigned short* im, int at, int stride) {
    int lane = threadIdx.x % 32;
#pragma unroll
    for (int k = 0; k < F / 16; k++) {
        int row = k * 16 + (lane & 8) + lane % 8;
        load_tiles<true>(words[k], (lane < 16 ? re : im) + plane_at(at + row * stride));  // re of rows 0-7, 8-15, im of both
    }
    __syncwarp();
}

/** Two neighbouring complex numbers into the planes. */
template <bool BF16> __device__ __forceinline__ void store_pair(unsigned short* re, unsigned short* im, int at, float2 first,
        float2 second) {
    int place = plane_at(at);
    *reinterpret_cast<unsigned*>(re + place) = pack<BF16>(first.x, second.x);
    *reinterpret_cast<unsigned*>(im + place) = pack<BF16>(first.y, second.y);
}

/**
 * The middle stage of three factors, for one strip: there (sign of the matrix as it is) or back (conjugate), then turned by factor(row,
 * column).
 */
template <int F, bool BACK, bool BF16, class Factor> __device__ __forceinline__ void turn_strip(const unsigned* matrix, unsigned short* re,
        unsigned short* im, int at, int stride, Factor factor) {
    int g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
    unsigned x[F / 16][4];
    load_columns<F>(x, re, im, at, stride);
#pragma unroll
    for (int m = 0; m < F / 16; m++) {
        float sum_re[4] = {}, sum_im[4] = {};
#pragma unroll
        for (int k = 0; k < F / 16; k++) {
            unsigned a[4], b[4];
            tile_words(a, matrix, m * (F / 16) + k, 0);
            tile_words(b, matrix, m * (F / 16) + k, 1);
            mma<BF16>(sum_re, a, x[k][0], x[k][1]);
            mma<BF16>(sum_im, a, x[k][2], x[k][3]);
            mma<BF16>(sum_re, b, BACK ? x[k][2] : negated(x[k][2]), BACK ? x[k][3] : negated(x[k][3]));
            mma<BF16>(sum_im, b, BACK ? negated(x[k][0]) : x[k][0], BACK ? negated(x[k][1]) : x[k][1]);
        }
#pragma unroll
        for (int half = 0; half < 2; half++) {
            int row = m * 16 + half * 8 + g;
            float2 first = make_float2(sum_re[2 * half], sum_im[2 * half]) * factor(row, 2 * t);
            float2 second = make_float2(sum_re[2 * half + 1], sum_im[2 * half + 1]) * factor(row, 2 * t + 1);
            store_pair<BF16>(re, im, at + row * stride + 2 * t, first, second);
        }
    }
}

/** Sixteen rows of F complex numbers: transform, times spectrum(row, column), transform back, times factor(row, column), in place. */
template <int F, bool BF16, class Spectrum, class Factor> __device__ __forceinline__ void middle_rows(const unsigned* matrix,
        unsigned short* re, unsigned short* im, int at, Spectrum spectrum, Factor factor) {
    int lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    unsigned x_re[F / 16][4], x_im[F / 16][4], p_re[F / 16][4], p_im[F / 16][4];
#pragma unroll
    for (int k = 0; k < F / 16; k++) {
        int place = plane_at(at + lane % 16 * F + k * 16 + lane / 16 * 8);
        load_tiles<false>(x_re[k], re + place);
        load_tiles<false>(x_im[k], im + place);
    }
    __syncwarp();
#pragma unroll
    for (int m = 0; m < F / 16; m++) {
        float sums[2][2][4] = {};  // columns 0-7 and 8-15 of the tile, re and im
#pragma unroll
        for (int k = 0; k < F / 16; k++) {
            unsigned a[4], b[4], minus[4] = {negated(x_im[k][0]), negated(x_im[k][1]), negated(x_im[k][2]), negated(x_im[k][3])};
            tile_words(a, matrix, m * (F / 16) + k, 0);  // the matrix is symmetric: its tiles as left operands are two right operands each
            tile_words(b, matrix, m * (F / 16) + k, 1);
#pragma unroll
            for (int side = 0; side < 2; side++) {
                mma<BF16>(sums[side][0], x_re[k], a[side], a[side + 2]);
                mma<BF16>(sums[side][0], minus, b[side], b[side + 2]);
                mma<BF16>(sums[side][1], x_im[k], a[side], a[side + 2]);
                mma<BF16>(sums[side][1], x_re[k], b[side], b[side + 2]);
            }
        }
#pragma unroll
        for (int side = 0; side < 2; side++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                int row = half * 8 + g, column = m * 16 + side * 8 + 2 * t;
                float2 first = make_float2(sums[side][0][2 * half], sums[side][1][2 * half]) * spectrum(row, column);
                float2 second = make_float2(sums[side][0][2 * half + 1], sums[side][1][2 * half + 1]) * spectrum(row, column + 1);
                p_re[m][side * 2 + half] = pack<BF16>(first.x, second.x);
                p_im[m][side * 2 + half] = pack<BF16>(first.y, second.y);
            }
        }
    }
#pragma unroll
    for (int m = 0; m < F / 16; m++) {
        float sums[2][2][4] = {};
#pragma unroll
        for (int k = 0; k < F / 16; k++) {
            unsigned a[4], b[4], minus[4] = {negated(p_re[k][0]), negated(p_re[k][1]), negated(p_re[k][2]), negated(p_re[k][3])};
            tile_words(a, matrix, m * (F / 16) + k, 0);
            tile_words(b, matrix, m * (F / 16) + k, 1);
#pragma unroll
            for (int side = 0; side < 2; side++) {
                mma<BF16>(sums[side][0], p_re[k], a[side], a[side + 2]);
                mma<BF16>(sums[side][0], p_im[k], b[side], b[side + 2]);
                mma<BF16>(sums[side][1], p_im[k], a[side], a[side + 2]);
                mma<BF16>(sums[side][1], minus, b[side], b[side + 2]);
            }
        }
#pragma unroll
        for (int side = 0; side < 2; side++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                int row = half * 8 + g, column = m * 16 + side * 8 + 2 * t;
                float2 first = make_float2(sums[side][0][2 * half], sums[side][1][2 * half]) * factor(row, column);
                float2 second = make_float2(sums[side][0][2 * half + 1], sums[side][1][2 * half + 1]) * factor(row, column + 1);
                store_pair<BF16>(re, im, at + row * F + column, first, second);
            }
        }
    }
}

/** What a convolution of rows needs beside its factors; see long_convolution_forward. */
struct HalfRows {
    const float* u;
    const float* input_gate;
    const float2* spectrum;
    const float* skip;
    const float* output_gate;
    float* y;
    int variates, batch, length, channels_per_row, rows, slices, conjugated, accumulate;
};

template <int F1, int F2, int F3, bool BF16> __device__ __forceinline__ void convolve_rows(const HalfRows& o, unsigned* shared) {
    constexpr int N2 = F2 * F3, N = F1 * N2, first_tiles = F1 / 16;
    unsigned* first_matrix = shared;
    unsigned* last_matrix = first_matrix + F1 * F1;
    unsigned* inner_matrix = last_matrix + F1 * F1;
    unsigned* third_matrix = inner_matrix + (F2 > 1 ? F2 * F2 : 0);
    float2* coarse = reinterpret_cast<float2*>(third_matrix + F3 * F3);
    float2* fine = coarse + 4 * N / 256;
    unsigned short* planes = reinterpret_cast<unsigned short*>(fine + 256);
    Turns turns = {coarse, fine, 4 * N - 1};
    for (int i = threadIdx.x; i < 4 * N / 256; i += blockDim.x) coarse[i] = turn(-0.5f * static_cast<float>(i * 256) / N);
    for (int i = threadIdx.x; i < 256; i += blockDim.x) fine[i] = turn(-0.5f * static_cast<float>(i) / N);
    fill_matrix<F1, BF16>(first_matrix, [](int k, int n) { return 0.25f * static_cast<float>((4 * k - 1) * n % (4 * F1)) / F1; });
    fill_matrix<F1, BF16>(last_matrix, [](int n, int k) { return 0.25f * static_cast<float>((4 * k - 1) * n % (4 * F1)) / F1; });
    if constexpr (F2 > 1) fill_matrix<F2, BF16>(inner_matrix, [](int k, int n) { return static_cast<float>(k * n % F2) / F2; });
    fill_matrix<F3, BF16>(third_matrix, [](int k, int n) { return static_cast<float>(k * n % F3) / F3; });

    int warp = threadIdx.x / 32, warps = blockDim.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    int j = blockIdx.x / o.slices;
    const float2* kernel = o.spectrum + static_cast<long long>(j / o.channels_per_row) * N;
    float skipped = o.skip == nullptr ? 0.0f : o.skip[j];
    int step = o.slices * o.rows;
    for (int first = blockIdx.x % o.slices * o.rows; first < o.batch; first += step) {
        int rows = min(o.rows, o.batch - first);
        __syncthreads();  // tables are there; what the last rows left has been read
        for (int strip = warp; strip < rows * (N2 / 8); strip += warps) {
            int r = strip / (N2 / 8), n2 = strip % (N2 / 8) * 8;
            unsigned short* re = planes + r * 2 * N;
            GatedRow x = {o.u, o.input_gate, (static_cast<long long>(j % o.variates) * o.batch + first + r) * o.length, o.length};
            unsigned words[first_tiles][2];
#pragma unroll
            for (int k = 0; k < first_tiles; k++) {
                int at = (k * 16 + 2 * t) * N2 + n2 + g;
                words[k][0] = pack<BF16>(x(at), x(at + N2));
                words[k][1] = pack<BF16>(x(at + 8 * N2), x(at + 9 * N2));
            }
#pragma unroll
            for (int m = 0; m < first_tiles; m++) {
                float sum_re[4] = {}, sum_im[4] = {};
#pragma unroll
                for (int k = 0; k < first_tiles; k++) {
                    unsigned a[4];
                    tile_words(a, first_matrix, m * first_tiles + k, 0);
                    mma<BF16>(sum_re, a, words[k][0], words[k][1]);
                    tile_words(a, first_matrix, m * first_tiles + k, 1);
                    mma<BF16>(sum_im, a, words[k][0], words[k][1]);
                }
#pragma unroll
                for (int half = 0; half < 2; half++) {
                    int k1 = m * 16 + half * 8 + g, column = n2 + 2 * t;
                    float2 one = make_float2(sum_re[2 * half], sum_im[2 * half]) * ((1.0f / F1) * turns((4 * k1 - 1) * column));
                    float2 two = make_float2(sum_re[2 * half + 1],
                            sum_im[2 * half + 1]) * ((1.0f / F1) * turns((4 * k1 - 1) * (column + 1)));
                    store_pair<BF16>(re, re + N, k1 * N2 + column, one, two);
                }
            }
        }
        __syncthreads();
        if constexpr (F2 > 1) {
            for (int strip = warp; strip < rows * F1 * (F3 / 8); strip += warps) {
                unsigned short* re = planes + strip / (F1 * (F3 / 8)) * 2 * N;
                int k1 = strip / (F3 / 8) % F1, m2 = strip % (F3 / 8) * 8;
                turn_strip<F2, false, BF16>(inner_matrix, re, re + N, k1 * N2 + m2, F3,
                        [&](int q1, int column) { return (1.0f / F2) * turns(4 * F1 * q1 * (m2 + column)); });
            }
            __syncthreads();
        }
        for (int tile = warp; tile < rows * (N / F3 / 16); tile += warps) {
            unsigned short* re = planes + tile / (N / F3 / 16) * 2 * N;
            int above = tile % (N / F3 / 16) * 16;
            middle_rows<F3, BF16>(third_matrix, re, re + N, above * F3,
                    [&](int row, int column) {
                        float2 k = kernel[(above + row) * F3 + column];
                        return (1.0f / F3) * make_float2(k.x + skipped, o.conjugated ? -k.y : k.y);
                    },
                    [&](int row, int column) {
                        int a = above + row;
                        return conjugate(turns(F2 > 1 ? 4 * F1 * (a % F2) * column : (4 * a - 1) * column));
                    });
        }
        __syncthreads();
        if constexpr (F2 > 1) {
            for (int strip = warp; strip < rows * F1 * (F3 / 8); strip += warps) {
                unsigned short* re = planes + strip / (F1 * (F3 / 8)) * 2 * N;
                int k1 = strip / (F3 / 8) % F1, m2 = strip % (F3 / 8) * 8;
                turn_strip<F2, true, BF16>(inner_matrix, re, re + N, k1 * N2 + m2, F3,
                        [&](int m1, int column) { return conjugate(turns((4 * k1 - 1) * (m1 * F3 + m2 + column))); });
            }
            __syncthreads();
        }
        for (int strip = warp; strip < rows * (N2 / 8); strip += warps) {
            int r = strip / (N2 / 8), n2 = strip % (N2 / 8) * 8;
            unsigned short* re = planes + r * 2 * N;
            long long out = (static_cast<long long>(j) * o.batch + first + r) * o.length;
            unsigned words[first_tiles][4];
            load_columns<F1>(words, re, re + N, n2, N2);
#pragma unroll
            for (int m = 0; m < first_tiles; m++) {
                float sums[4] = {};
#pragma unroll
                for (int k = 0; k < first_tiles; k++) {
                    unsigned a[4];
                    tile_words(a, last_matrix, m * first_tiles + k, 0);
                    mma<BF16>(sums, a, words[k][0], words[k][1]);
                    tile_words(a, last_matrix, m * first_tiles + k, 1);  // Re (conj F S) = Re F Re S + Im F Im S
                    mma<BF16>(sums, a, words[k][2], words[k][3]);
                }
#pragma unroll
                for (int i = 0; i < 4; i++) {
                    int at = (m * 16 + i / 2 * 8 + g) * N2 + n2 + 2 * t + i % 2;
                    if (at >= o.length) continue;
                    float value = o.output_gate == nullptr ? sums[i] : o.output_gate[out + at] * sums[i];
                    o.y[out + at] = o.accumulate ? o.y[out + at] + value : value;
                }
            }
        }
    }
}

/** Spectra F(k θ^n), not divided by N, in the order of the factors: k1, q1, k3. Rows as in long_convolution_spectrum. */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_half_spectrum(const float* kernels, int taps, int stride,
        const float* future, int future_taps, int future_stride, float2* __restrict__ spectrum, int rows, int n, int f1, int f2) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    TwoSidedKernel kernel = {kernels + row * stride, future == nullptr ? nullptr : future + row * future_stride, live ? taps : 0,
            live ? future_taps : 0, n};
    first_stage<true>(line, kernel);
    through_bins<true, false>(line, [&](int, int position, float2 value) {
        int k = bin_at(position, n), f3 = n / (f1 * f2);
        int k1 = k % f1, q1 = k / f1 % f2, k3 = k / (f1 * f2);
        if (live) spectrum[row * n + (k1 * f2 + q1) * f3 + k3] = value;
        return value;
    });
}

/** One kernel for each size and kind; `rows` of a block, blocks j * slices + slice. `conjugated` makes it the gradient of its input. */
#define LONG_CONVOLUTION_HALF_KERNEL(name, f1, f2, f3, bf16)                                                                               \
    extern "C" __global__ __launch_bounds__(256, 1) void name(const float* u, const float* input_gate, const float2* spectrum,             \
            const float* skip, const float* output_gate, float* y, int variates, int batch, int length, int channels_per_row, int rows,    \
            int slices, int conjugated, int accumulate) {                                                                                  \
        DYNAMIC_SHARED(unsigned, shared);                                                                                                  \
        HalfRows o = {u, input_gate, spectrum, skip, output_gate, y, variates, batch, length, channels_per_row, rows, slices, conjugated,  \
                accumulate};                                                                                                               \
        convolve_rows<f1, f2, f3, bf16>(o, shared);                                                                                        \
    }

LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_256, 16, 1, 16, true)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_512, 32, 1, 16, true)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_1024, 32, 1, 32, true)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_2048, 64, 1, 32, true)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_4096, 16, 16, 16, true)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_8192, 32, 16, 16, true)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_16384, 32, 32, 16, true)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_256, 16, 1, 16, false)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_512, 32, 1, 16, false)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_1024, 32, 1, 32, false)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_2048, 64, 1, 32, false)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_4096, 16, 16, 16, false)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_8192, 32, 16, 16, false)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_16384, 32, 32, 16, false)
