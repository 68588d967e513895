// Long convolutions on the tensor cores, with 16-bit operands and float32 sums: longconv.cu says what is computed, this file the same in
// factors that are matrices (Monarch).
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
//   S2[k1][q1][m2] = Σ_m1 D[q1][m1] a(k1, 16 m1) S1[k1][m1][m2],          .*= T[q1][m2] a(k1, m2)      a(k, n) = exp(-2πi (4k - 1) n/4N) / 16
//   S3[k1][q1][k3] = Σ_m2 D[m2][k3] S2[k1][q1][m2],                       .*= K^
//
// with D = exp(-2πi ab/16) and T = exp(-2πi ab/256). What is rounded to 16 bits never grows on the way there: |S| ≤ max |x|. K^ is divided by
// a power of two that brings its largest part between 1 and 2, and y multiplied with it in float32. x is real, which halves the products of
// the first stage; of the last only the real part is wanted, which halves these.
//
// Everything but the exchanges described below happens in registers. Sums of a product lie in a warp as (row: lane/4, column: lane mod 4), a
// left operand as (row: lane/4, index summed over: lane mod 4), a right operand as (index summed over: lane mod 4, column: lane/4). So sums
// can be the left operand of the next product as they are, and summed over their columns; or, transposed, the right operand. The chain is
//
//   x as right operand -> (k1, n2) left -> (k1, k3) right -> (n2, k1) left -> (n2, n1)
//
// and no number changes its lane. Real and imaginary parts are words of their own, two neighbours in each. The index of a lane stands for
// number place(lane), not for its own, so that what a lane loads and stores lies side by side in memory.
#include "async_copy.cuh"
#include "convolution_rows.cuh"
#include "tensor_core.cuh"

/** The number that position p of 16 or 32 stands for: a lane has F/8 neighbours. */
template <int F> __device__ __forceinline__ int place(int p) { return F / 8 * (p & 7) + (p >> 3); }

/**
 * Sixteen by sixteen complex numbers over a warp, as a left operand: word h + 2s has row lane/4 + 8h and columns 2 (lane mod 4) + 8s and the
 * next. As a right operand, transposed, it has them in word 2h + s, because words that are read together are neighbours in the register file.
 */
struct Tile {
    unsigned re[4], im[4];

    __device__ __forceinline__ void read(const unsigned* words) {
        int lane = threadIdx.x % 32;
        set(reinterpret_cast<const uint4*>(words)[lane], reinterpret_cast<const uint4*>(words)[32 + lane]);
    }
    __device__ __forceinline__ void set(uint4 a, uint4 b) {
        re[0] = a.x;
        re[1] = a.y;
        re[2] = a.z;
        re[3] = a.w;
        im[0] = b.x;
        im[1] = b.y;
        im[2] = b.z;
        im[3] = b.w;
    }
};

constexpr bool LEFT = false, RIGHT = true;

/** Where the word h + 2s of a left operand is in an operand of either side. */
template <bool SIDE> __device__ __forceinline__ constexpr int word_of(int i) { return SIDE == LEFT ? i : i / 2 + i % 2 * 2; }

/** Words of a tile in memory. */
constexpr int TILE = 256;

/** Writes value(row, column) of tiles [rows][columns] in the order in which Tile reads them; all threads of the block. */
template <bool BF16, bool SIDE, class Value>
__device__ __forceinline__ void fill_tiles(unsigned* words, int rows, int columns, Value value) {
    for (int i = threadIdx.x; i < rows * columns * TILE / 2; i += blockDim.x) {
        int r = word_of<SIDE>(i % 4), lane = i / 4 % 32, tile = i / 128;
        int row = tile / columns * 16 + lane / 4 + r % 2 * 8, column = tile % columns * 16 + lane % 4 * 2 + r / 2 * 8;
        float2 first = value(row, column), second = value(row, column + 1);
        words[tile * TILE + i % 128] = pack<BF16>(first.x, second.x);
        words[tile * TILE + 128 + i % 128] = pack<BF16>(first.y, second.y);
    }
}

/** exp(-2πi (4k - 1) n/4N); exact fractions for all N here. */
__device__ __forceinline__ float2 right_angle(int k, int n, int size) {
    return turn(-0.5f * static_cast<float>((4 * k - 1) * n % (4 * size)) / static_cast<float>(size));
}

/** exp(-2πi n/N). */
__device__ __forceinline__ float2 part_of_turn(int n, int size) { return turn(-2.0f * static_cast<float>(n % size) / static_cast<float>(size)); }

/** (re, im) *= w or, BACK, its conjugate. */
template <bool BF16, bool BACK> __device__ __forceinline__ void turn_words(unsigned& re, unsigned& im, unsigned w_re, unsigned w_im) {
    unsigned x = packed_product<BF16>(re, w_re), y = packed_product<BF16>(im, w_re);
    unsigned old = re;
    re = packed_sum<BF16, !BACK>(im, w_im, x);
    im = packed_sum<BF16, BACK>(old, w_im, y);
}

/** Sums of a tile: sixteen rows, columns in two halves. */
struct Sums {
    float re[2][4], im[2][4];

    /**
     * Times w (as a left operand) or, BACK, its conjugate, rounded, as an operand of a side. With 11 bits to a number there is room to round
     * before, which halves the work; with 8 there is not.
     */
    template <bool BF16, bool BACK, bool SIDE> __device__ __forceinline__ Tile turned(const Tile& w) const {
        Tile z;
#pragma unroll
        for (int i = 0; i < 4; i++) {
            const float *a = re[i / 2] + i % 2 * 2, *b = im[i / 2] + i % 2 * 2;
            unsigned &to_re = z.re[word_of<SIDE>(i)], &to_im = z.im[word_of<SIDE>(i)];
            if (BF16) {
                float sign = BACK ? -1.0f : 1.0f;
                float2 first = make_float2(a[0], b[0]) * make_float2(low_bfloat16(w.re[i]), sign * low_bfloat16(w.im[i]));
                float2 second = make_float2(a[1], b[1]) * make_float2(high_bfloat16(w.re[i]), sign * high_bfloat16(w.im[i]));
                to_re = pack<BF16>(first.x, second.x);
                to_im = pack<BF16>(first.y, second.y);
            } else {
                to_re = pack<BF16>(a[0], a[1]);
                to_im = pack<BF16>(b[0], b[1]);
                turn_words<BF16, BACK>(to_re, to_im, w.re[i], w.im[i]);
            }
        }
        return z;
    }
};

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
template <bool BF16, bool BACK> __device__ __forceinline__ void matrix_times(Sums& sums, const MatrixTile& m, const Tile& data) {
#pragma unroll
    for (int s = 0; s < 2; s++) {
        mma<BF16>(sums.re[s], m.z.re, data.re[2 * s], data.re[2 * s + 1]);
        mma<BF16>(sums.im[s], m.z.re, data.im[2 * s], data.im[2 * s + 1]);
    }
#pragma unroll
    for (int s = 0; s < 2; s++) {
        mma<BF16>(sums.re[s], BACK ? m.z.im : m.minus, data.im[2 * s], data.im[2 * s + 1]);
        mma<BF16>(sums.im[s], BACK ? m.minus : m.z.im, data.re[2 * s], data.re[2 * s + 1]);
    }
}

/** sums += data matrix or, BACK, with the conjugate matrix; the matrix on the right. */
template <bool BF16, bool BACK> __device__ __forceinline__ void times_matrix(Sums& sums, const Tile& data, const MatrixTile& m) {
    const unsigned(&plus)[4] = BACK ? m.minus : m.z.im;
    const unsigned(&minus)[4] = BACK ? m.z.im : m.minus;
#pragma unroll
    for (int s = 0; s < 2; s++) {
        mma<BF16>(sums.re[s], data.re, m.z.re[2 * s], m.z.re[2 * s + 1]);
        mma<BF16>(sums.im[s], data.im, m.z.re[2 * s], m.z.re[2 * s + 1]);
    }
#pragma unroll
    for (int s = 0; s < 2; s++) {
        mma<BF16>(sums.re[s], data.im, minus[2 * s], minus[2 * s + 1]);
        mma<BF16>(sums.im[s], data.re, plus[2 * s], plus[2 * s + 1]);
    }
}

/** What a convolution of rows needs; see long_convolution_forward. `conjugated` makes it the gradient of its input. */
struct HalfTerms {
    const float* u;
    const float* input_gate;
    const unsigned* spectrum;
    const float* scales;
    const float* skip;
    const float* output_gate;
    float* y;
    int variates, channels, batch, length, channels_per_row, conjugated, accumulate;

    __device__ __forceinline__ bool aligned(const void* p) const {
        return (static_cast<unsigned>(reinterpret_cast<unsigned long long>(p)) & 15) == 0 && length % 4 == 0;
    }
};

/** Row b of channel j, in steps through all of them. */
struct RowPlace {
    int j, b, series, kernel;

    __device__ __forceinline__ RowPlace(const HalfTerms& o, int channel, int row)
            : j(channel), b(row), series(channel % o.variates), kernel(channel / o.channels_per_row) {}
    __device__ __forceinline__ void advance(const HalfTerms& o, int rows, int rows_of_channel) {
        b += rows;
        if (b < rows_of_channel) return;
        *this = RowPlace(o, j + b / rows_of_channel, b % rows_of_channel);
    }
    __device__ __forceinline__ long long in(const HalfTerms& o) const { return (static_cast<long long>(series) * o.batch + b) * o.length; }
    __device__ __forceinline__ long long out(const HalfTerms& o) const { return (static_cast<long long>(j) * o.batch + b) * o.length; }
};

/** Four numbers of x from position t of a row that begins at `row`, zero past its end, whatever the alignment. */
__device__ __forceinline__ float4 gated_numbers(const HalfTerms& o, long long row, int t) {
    float v[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
        v[i] = t + i < o.length ? o.u[row + t + i] : 0.0f;
        if (o.input_gate != nullptr && t + i < o.length) v[i] *= o.input_gate[row + t + i];
    }
    return make_float4(v[0], v[1], v[2], v[3]);
}

/** W neighbouring numbers of y from position t of a row that begins at `row`, whatever the alignment. */
template <int W> __device__ __forceinline__ void put_gated(const HalfTerms& o, long long row, int t, const float (&v)[W]) {
#pragma unroll
    for (int i = 0; i < W; i++) {
        long long at = row + t + i;
        if (t + i >= o.length) continue;
        float value = o.output_gate == nullptr ? v[i] : v[i] * o.output_gate[at];
        o.y[at] = o.accumulate ? o.y[at] + value : value;
    }
}
template <int W> __device__ __forceinline__ void put_plain(float* y, const float (&v)[W]) {
    if (W == 4) *reinterpret_cast<float4*>(y) = make_float4(v[0], v[1], v[W - 2], v[W - 1]);
    else *reinterpret_cast<float2*>(y) = make_float2(v[0], v[1]);
}

/** First of the items that a block takes, of `items` in all. */
__device__ __forceinline__ int first_item(int items, int block) {
    return static_cast<int>(static_cast<long long>(items) * block / gridDim.x);
}

/** What the skip of a channel adds to each bin of its spectrum, twice in a word. */
template <bool BF16> __device__ __forceinline__ unsigned scaled_skip(const HalfTerms& o, int j, float scale) {
    float inverse = __int_as_float((254 << 23) - __float_as_int(scale));  // of a power of two
    float skip = o.skip == nullptr ? 0.0f : o.skip[j] * inverse;
    return pack<BF16>(skip, skip);
}

/**
 * Two factors: a warp has ROWS rows at a time in its registers, a block neighbouring rows of [H][B]. The next rows of a warp are on their way
 * to shared memory meanwhile: their sixteen bytes c lie where eight lanes find banks of their own.
 */
template <int F1, int F3, int ROWS, bool BF16> __device__ __forceinline__ void convolve_short_rows(const HalfTerms& o, unsigned* shared) {
    constexpr int N = F1 * F3, T1 = F1 / 16, T3 = F3 / 16, W = F3 / 8, CHUNKS = N / 4;
    unsigned* first_matrix = shared;
    unsigned* third_matrix = first_matrix + F1 * F1;
    unsigned* third_matrix_back = third_matrix + F3 * F3;
    unsigned* last_matrix = third_matrix_back + F3 * F3;
    unsigned* turns = last_matrix + F1 * F1;
    unsigned* turns_back = turns + N;
    int warp = threadIdx.x / 32, warps = blockDim.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    float4* coming = reinterpret_cast<float4*>(turns_back + N) + warp * ROWS * CHUNKS;
    fill_tiles<BF16, LEFT>(first_matrix, T1, T1, [](int k, int n) { return (1.0f / F1) * right_angle(k, n, F1); });
    auto third = [](int k, int n) { return part_of_turn(place<F3>(k) * place<F3>(n), F3); };  // symmetric
    fill_tiles<BF16, RIGHT>(third_matrix, T3, T3, third);
    fill_tiles<BF16, LEFT>(third_matrix_back, T3, T3, third);
    fill_tiles<BF16, RIGHT>(last_matrix, T1, T1, [](int n, int k) { return right_angle(k, n, F1); });
    fill_tiles<BF16, LEFT>(turns, T1, T3, [](int k, int n) { return (1.0f / F3) * right_angle(k, place<F3>(n), N); });
    fill_tiles<BF16, LEFT>(turns_back, T3, T1, [](int n, int k) { return right_angle(k, place<F3>(n), N); });
    for (int i = lane; i < ROWS * CHUNKS; i += 32) coming[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    __syncthreads();

    auto chunk_place = [](int n1, int c) { return F3 == 32 ? n1 * 8 + (c ^ (n1 >> 1 & 3) << 1) : (n1 * 4 + c) ^ (n1 >> 1 & 3) << 1; };
    int step = warps * ROWS, items = o.channels * o.batch, end = first_item(items, blockIdx.x + 1);
    bool plain_in = o.input_gate == nullptr && o.aligned(o.u), plain_out = o.output_gate == nullptr && !o.accumulate && o.aligned(o.y);
    unsigned sign = o.conjugated ? 0x80008000u : 0;
    auto fetch_rows = [&](int item, const RowPlace& from) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            RowPlace row = from;
            if (r > 0) row.advance(o, r, o.batch);
            if (item + r >= end) continue;
            long long in = row.in(o);
            float4* to = coming + r * CHUNKS;
            if (plain_in) {
                const float* from = o.u + in + 4 * lane;
#pragma unroll
                for (int i = 0; i < CHUNKS; i += 32) {
                    int n1 = (i + lane) / (F3 / 4), c = lane % (F3 / 4);
                    if (4 * (i + lane) < o.length) copy_ahead(to + chunk_place(n1, c), from + 4 * i);  // zeros are past the end
                }
            } else {
#pragma unroll 1
                for (int i = lane; i < CHUNKS; i += 32) to[chunk_place(i / (F3 / 4), i % (F3 / 4))] = gated_numbers(o, in, 4 * i);
            }
        }
    };
    int item = first_item(items, blockIdx.x) + warp * ROWS;
    RowPlace at(o, item / o.batch, item % o.batch);
    fetch_rows(item, at);
    for (; item < end; item += step) {
        await_copies();
        __syncwarp();
        unsigned words[ROWS][T1][W][2];
#pragma unroll
        for (int i = 0; i < ROWS * T1 * 2; i++) {
            int r = i / (T1 * 2), k = i / 2 % T1, b = i % 2, n1 = k * 16 + b * 8 + 2 * t;
            if constexpr (W == 4) {
                const float4* row = coming + r * CHUNKS;
                float4 one = row[chunk_place(n1, g)], two = row[chunk_place(n1 + 1, g)];
                words[r][k][0][b] = pack<BF16>(one.x, two.x);
                words[r][k][1][b] = pack<BF16>(one.y, two.y);
                words[r][k][W - 2][b] = pack<BF16>(one.z, two.z);
                words[r][k][W - 1][b] = pack<BF16>(one.w, two.w);
            } else {
                const float2* row = reinterpret_cast<const float2*>(coming + r * CHUNKS);
                float2 one = row[chunk_place(n1, g / 2) * 2 + g % 2], two = row[chunk_place(n1 + 1, g / 2) * 2 + g % 2];
                words[r][k][0][b] = pack<BF16>(one.x, two.x);
                words[r][k][1][b] = pack<BF16>(one.y, two.y);
            }
        }
        __syncwarp();
        RowPlace here = at;
        at.advance(o, step, o.batch);
        fetch_rows(item + step, at);
        const unsigned* spectra[ROWS];
        unsigned skips[ROWS];
        float scales[ROWS];
        long long outs[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            RowPlace row = here;
            if (r > 0) row.advance(o, item + r < end ? r : 0, o.batch);
            int kernel = row.j / o.channels_per_row;
            spectra[r] = o.spectrum + static_cast<long long>(kernel) * N;
            scales[r] = o.scales[kernel];
            skips[r] = scaled_skip<BF16>(o, row.j, scales[r]);
            outs[r] = row.out(o);
        }
        Tile z[ROWS][T1][T3];  // (k1, n2)
#pragma unroll
        for (int m = 0; m < T1; m++) {
#pragma unroll
            for (int c = 0; c < T3; c++) {
                Sums sums[ROWS] = {};
#pragma unroll
                for (int k = 0; k < T1; k++) {
                    Tile a;
                    a.read(first_matrix + (m * T1 + k) * TILE);
#pragma unroll
                    for (int i = 0; i < ROWS * 2; i++) {
                        int r = i / 2, s = i % 2;
                        mma<BF16>(sums[r].re[s], a.re, words[r][k][2 * c + s][0], words[r][k][2 * c + s][1]);
                        mma<BF16>(sums[r].im[s], a.im, words[r][k][2 * c + s][0], words[r][k][2 * c + s][1]);
                    }
                }
                Tile w;
                w.read(turns + (m * T3 + c) * TILE);
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    z[r][m][c] = sums[r].template turned<BF16, false, LEFT>(w);
                }
            }
        }
        Tile back[ROWS][T3][T1];  // (n2, k1)
#pragma unroll
        for (int m = 0; m < T1; m++) {
            Tile product[ROWS][T3];  // (k1, k3)
#pragma unroll
            for (int c = 0; c < T3; c++) {
                Sums sums[ROWS] = {};
#pragma unroll
                for (int k = 0; k < T3; k++) {
                    MatrixTile d;
                    d.z.read(third_matrix + (c * T3 + k) * TILE);
                    d.complete();
#pragma unroll
                    for (int r = 0; r < ROWS; r++) times_matrix<BF16, false>(sums[r], z[r][m][k], d);
                }
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    Tile w;
                    w.read(spectra[r] + (m * T3 + c) * TILE);
#pragma unroll
                    for (int i = 0; i < 4; i++) {
                        w.re[i] = packed_plus<BF16>(w.re[i], skips[r]);
                        w.im[i] ^= sign;
                    }
                    product[r][c] = sums[r].template turned<BF16, false, RIGHT>(w);
                }
            }
#pragma unroll
            for (int c = 0; c < T3; c++) {
                Sums sums[ROWS] = {};
#pragma unroll
                for (int k = 0; k < T3; k++) {
                    MatrixTile d;
                    d.z.read(third_matrix_back + (c * T3 + k) * TILE);
                    d.complete();
#pragma unroll
                    for (int r = 0; r < ROWS; r++) matrix_times<BF16, true>(sums[r], d, product[r][k]);
                }
                Tile w;
                w.read(turns_back + (c * T1 + m) * TILE);
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    back[r][c][m] = sums[r].template turned<BF16, true, LEFT>(w);
                }
            }
        }
#pragma unroll
        for (int c = 0; c < T1; c++) {
            float sums[ROWS][T3][2][4] = {};  // n2, n1
#pragma unroll
            for (int k = 0; k < T1; k++) {
                Tile d;
                d.read(last_matrix + (c * T1 + k) * TILE);
#pragma unroll
                for (int i = 0; i < ROWS * T3 * 2; i++) {
                    int r = i / (T3 * 2), m = i / 2 % T3, s = i % 2;
                    mma<BF16>(sums[r][m][s], back[r][m][k].re, d.re[2 * s], d.re[2 * s + 1]);  // Re (S conj F) = Re S Re F + Im S Im F
                    mma<BF16>(sums[r][m][s], back[r][m][k].im, d.im[2 * s], d.im[2 * s + 1]);
                }
            }
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                if (item + r >= end) continue;
                float v[4][W];
#pragma unroll
                for (int i = 0; i < 4 * W; i++) v[i / W][i % W] = scales[r] * sums[r][i % W / 2][i / W / 2][i % 2 * 2 + i / W % 2];
                int at = (c * 16 + 2 * t) * F3 + W * g;  // and n1 one and eight further
                if (plain_out) {
                    float* y = o.y + outs[r] + at;
#pragma unroll
                    for (int i = 0; i < 4; i++) {
                        int further = (i / 2 * 8 + i % 2) * F3;
                        if (at + further < o.length) put_plain(y + further, v[i]);
                    }
                } else {
#pragma unroll
                    for (int i = 0; i < 4; i++) put_gated(o, outs[r], at + (i / 2 * 8 + i % 2) * F3, v[i]);
                }
            }
        }
    }
}

/**
 * Three factors: a block has ROWS rows of a channel at a time, a word for a complex number in shared memory. Stages one and six: a warp owns
 * a quarter q of the columns of a row, m1 = 4q to 4q + 3, with all n1 or k1. Stages two to five: a warp owns a k1 of all rows. Between them
 * chunks of four words go through shared memory: chunk (k1, q, m2) has the four m1 at one m2. It is rewritten by the lane that has read it,
 * and lies where eight lanes that are served at once find banks of their own:
 *
 *   written by stage one   k1 = g, m2 = 4t + j    read by two, written by five   q = t, m2 = 2g + s    read by six   k1 = t, m2 = 2g + s
 *
 * with lane = 4g + t. The next rows are on their way to shared memory meanwhile, each warp's quarters to a place of its own.
 */
__device__ __forceinline__ int chunk_in_row(int k1, int q, int m2) {
    return (k1 * 4 + q) * 16 + (m2 ^ (m2 >> 3) << 1 ^ ((k1 ^ q) & 1) ^ ((k1 ^ q) & 2) << 1);
}

template <int F1, int ROWS, int WARPS, bool BF16> __device__ __forceinline__ void convolve_long_rows(const HalfTerms& o, unsigned* shared) {
    constexpr int N = F1 * 256, CHUNKS = N / 4, T = F1 < 16 ? 1 : F1 / 16, STEPS = F1 / 8, PARTS = ROWS * 4;
    constexpr int MATRIX = F1 < 16 ? TILE : F1 * F1;
    constexpr int SPLIT = T > 2 && WARPS >= 4 * PARTS ? 4 : T > 1 && WARPS >= 2 * PARTS ? 2 : 1, OWN = T / SPLIT;
    [[maybe_unused]] constexpr int UNROLLED = OWN > 1 ? 1 : 4;

    unsigned* first_matrix = shared;
    unsigned* last_matrix = first_matrix + MATRIX;
    unsigned* inner_tiles = last_matrix + MATRIX;                      // D on the left, D on the right, T
    uint4* there = reinterpret_cast<uint4*>(inner_tiles + 3 * TILE);   // [k1][4][a of m1, of m2], for columns of a tile
    uint4* home = there + F1 * 8;                                    // [k1][8][a of m1, of m2], for rows of a tile
    uint4* rows = home + F1 * 16;                                    // [ROWS][chunk]
    float4* coming = reinterpret_cast<float4*>(rows + ROWS * CHUNKS);  // [ROWS][q][n1][m1 and a quarter of m2]
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    for (int i = threadIdx.x; i < ROWS * CHUNKS; i += blockDim.x) coming[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    if constexpr (F1 < 16) {  // both parts in one left operand: imaginary parts in rows 8 to 15, zeros for n1 of 8 and more
        for (int i = threadIdx.x; i < 128; i += blockDim.x) {
            int r = i % 4, k = i / 16, n = i / 4 % 4 * 2;
            float2 a = (1.0f / F1) * right_angle(k, n, F1), b = (1.0f / F1) * right_angle(k, n + 1, F1);
            first_matrix[i] = r > 1 ? 0 : r == 1 ? pack<BF16>(a.y, b.y) : pack<BF16>(a.x, b.x);
        }
    } else {
        fill_tiles<BF16, LEFT>(first_matrix, T, T, [](int k, int n) { return (1.0f / F1) * right_angle(k, n, F1); });
    }
    for (int i = threadIdx.x; i < T * STEPS * 128; i += blockDim.x) {  // Re (conj(a) S) = Re a Re S + Im a Im S: [n1][k1 and part]
        int r = i % 4, l = i / 4 % 32, tile = i / 128;
        int n = tile / STEPS * 16 + l / 4 + r % 2 * 8, k = tile % STEPS * 8 + l % 4 + r / 2 * 4;
        float2 a = right_angle(k, n, F1);
        last_matrix[i] = n < F1 ? pack<BF16>(a.x, a.y) : 0;
    }
    for (int i = threadIdx.x; i < F1 * 8; i += blockDim.x) {
        int k = i / 8, first = i / 2 % 4 * 4, stride = i % 2 == 0 ? 16 : 1;
        unsigned words[4];
        for (int s = 0; s < 2; s++) {
            float2 a = (1.0f / 16) * right_angle(k, (first + s) * stride, N), b = (1.0f / 16) * right_angle(k, (first + s + 2) * stride, N);
            words[2 * s] = pack<BF16>(a.x, b.x);
            words[2 * s + 1] = pack<BF16>(a.y, b.y);
        }
        there[i] = {words[0], words[1], words[2], words[3]};
    }
    for (int i = threadIdx.x; i < F1 * 16; i += blockDim.x) {
        int k = i / 16, first = i / 2 % 8 * 2, stride = i % 2 == 0 ? 16 : 1;
        float2 a = right_angle(k, first * stride, N), b = right_angle(k, (first + 1) * stride, N);
        home[i] = {pack<BF16>(a.x, a.x), pack<BF16>(a.y, a.y), pack<BF16>(b.x, b.x), pack<BF16>(b.y, b.y)};
    }
    auto inner = [](int a, int b) { return part_of_turn(place<16>(a) * place<16>(b), 16); };  // symmetric
    fill_tiles<BF16, LEFT>(inner_tiles, 1, 1, inner);
    fill_tiles<BF16, RIGHT>(inner_tiles + TILE, 1, 1, inner);
    fill_tiles<BF16, LEFT>(inner_tiles + 2 * TILE, 1, 1, [](int a, int b) { return part_of_turn(place<16>(a) * place<16>(b), 256); });
    __syncthreads();

    int groups = (o.batch + ROWS - 1) / ROWS, items = o.channels * groups, end = first_item(items, blockIdx.x + 1);
    bool plain_in = o.input_gate == nullptr && o.aligned(o.u), plain_out = o.output_gate == nullptr && !o.accumulate && o.aligned(o.y);
    unsigned sign = o.conjugated ? 0x80008000u : 0;
    // Chunks of the first and last stage and of those between, apart from what is the same for all lanes.
    int first_chunk = chunk_in_row(g, 0, 4 * t), middle_chunk = chunk_in_row(0, t, 2 * g), last_chunk = chunk_in_row(t, 0, 2 * g);
    int coming_chunk = 2 * t * 16 + (((g >> 1) ^ t) + (g & 1) * (8 + 4));  // n1 = 2t, m1 = 2 (g mod 2), m2 = 4 (g/2)
    auto fetch_rows = [&](const RowPlace& group) {  // the numbers of a warp's quarters
        for (int unit = warp; unit < PARTS * SPLIT; unit += WARPS) {
            int part = unit / SPLIT;
            RowPlace row = group;
            row.b = group.b * ROWS + part / 4;
            if (row.b >= o.batch) continue;
            long long in = row.in(o);
            int c = lane % 16, from_n1 = unit % SPLIT * (F1 / SPLIT) + lane / 16;
            int first = from_n1 * 256 + part % 4 * 64 + 4 * c;
            float4* to = coming + (part * F1 + from_n1) * 16;
            c ^= c >> 3 << 2;
            if (plain_in) {
                const float* from = o.u + in + first;
#pragma unroll 8
                for (int i = 0; i < F1 / SPLIT; i += 2) {
                    if (first + i * 256 < o.length) copy_ahead(to + i * 16 + (c ^ (i / 2 & 3)), from + i * 256);  // zeros are past the end
                }
            } else {
#pragma unroll 1
                for (int i = 0; i < F1 / SPLIT; i += 2) to[i * 16 + (c ^ (i / 2 & 3))] = gated_numbers(o, in, first + i * 256);
            }
        }
    };
    int item = first_item(items, blockIdx.x);
    RowPlace at(o, item / groups, item % groups);  // b counts groups here
    if (item < end) fetch_rows(at);
    for (; item < end; item++) {
        await_copies();
        if (SPLIT > 1) __syncthreads();
        else __syncwarp();
        for (int unit = warp; unit < PARTS * SPLIT; unit += WARPS) {
            int part = unit / SPLIT;
            uint4* to = rows + part / 4 * CHUNKS + part % 4 * 16;
            int own_chunk = first_chunk ^ ((part & 1) | (part & 2) << 1);
            unsigned words[2][T][4][2];  // m1 even and odd pairs, n1, m2, n1
#pragma unroll
            for (int i = 0; i < T * 4; i++) {
                int s = i % 2, k = i / 4, b = i / 2 % 2;
                if (F1 < 16 && b == 1) {
                    for (int j = 0; j < 4; j++) words[s][k][j][b] = 0;
                    continue;
                }
                const float4* from = coming + part * F1 * 16 + (coming_chunk ^ s << 2) + (k * 16 + b * 8) * 16;
                float4 one = from[0], two = from[16];
                words[s][k][0][b] = pack<BF16>(one.x, two.x);
                words[s][k][1][b] = pack<BF16>(one.y, two.y);
                words[s][k][2][b] = pack<BF16>(one.z, two.z);
                words[s][k][3][b] = pack<BF16>(one.w, two.w);
            }
            if constexpr (F1 < 16) {
                uint4 four = reinterpret_cast<const uint4*>(first_matrix)[lane];
                unsigned f[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    float sums[2][4] = {};
                    mma<BF16>(sums[0], f, words[0][0][j][0], words[0][0][j][1]);
                    mma<BF16>(sums[1], f, words[1][0][j][0], words[1][0][j][1]);
                    to[own_chunk ^ j] = {pack<BF16>(sums[0][0], sums[0][1]), pack<BF16>(sums[1][0], sums[1][1]),
                            pack<BF16>(sums[0][2], sums[0][3]), pack<BF16>(sums[1][2], sums[1][3])};
                }
            } else {
#pragma unroll(UNROLLED)
                for (int own = 0; own < OWN; own++) {
                    int m = unit % SPLIT * OWN + own;
                    constexpr int AT_ONCE = OWN > 1 && T > 2 ? 2 : 1;  // m2
                    Tile f[T];
#pragma unroll
                    for (int k = 0; k < T && T <= 2; k++) f[k].read(first_matrix + (m * T + k) * TILE);
#pragma unroll
                    for (int first = 0; first < 4; first += AT_ONCE) {
                        Sums sums[AT_ONCE] = {};
#pragma unroll
                        for (int k = 0; k < T; k++) {
                            if (T > 2) f[0].read(first_matrix + (m * T + k) * TILE);
                            const Tile& of = f[T > 2 ? 0 : k];
#pragma unroll
                            for (int i = 0; i < 2 * AT_ONCE; i++) {
                                int s = i % 2, j = i / 2;
                                mma<BF16>(sums[j].re[s], of.re, words[s][k][first + j][0], words[s][k][first + j][1]);
                                mma<BF16>(sums[j].im[s], of.im, words[s][k][first + j][0], words[s][k][first + j][1]);
                            }
                        }
#pragma unroll
                        for (int i = 0; i < 2 * AT_ONCE; i++) {
                            int h = i % 2, j = i / 2;
                            const float *re = sums[j].re[0] + 2 * h, *re_2 = sums[j].re[1] + 2 * h;
                            const float *im = sums[j].im[0] + 2 * h, *im_2 = sums[j].im[1] + 2 * h;
                            to[(own_chunk ^ (first + j)) + (m * 16 + h * 8) * 64] = {pack<BF16>(re[0], re[1]), pack<BF16>(re_2[0], re_2[1]),
                                    pack<BF16>(im[0], im[1]), pack<BF16>(im_2[0], im_2[1])};
                        }
                    }
                }
            }
        }
        if (SPLIT > 1) __syncthreads();
        else __syncwarp();
        RowPlace here = at;
        at.advance(o, 1, groups);
        if (item + 1 < end) fetch_rows(at);
        if (SPLIT == 1) __syncthreads();
        const uint4* spectrum = reinterpret_cast<const uint4*>(o.spectrum + static_cast<long long>(here.kernel) * N);
        float scale = o.scales[here.kernel];
        unsigned skip = scaled_skip<BF16>(o, here.j, scale);
        MatrixTile left, right;
        Tile turns;
        left.z.read(inner_tiles);
        right.z.read(inner_tiles + TILE);
        turns.read(inner_tiles + 2 * TILE);
        left.complete();
        right.complete();
        for (int k1 = warp; k1 < F1; k1 += WARPS) {
            uint4 k_re = spectrum[k1 * 64 + lane], k_im = spectrum[k1 * 64 + 32 + lane];
            uint4* own = rows + k1 * 64 + (middle_chunk ^ ((k1 & 1) | (k1 & 2) << 1));
            int other = 1 - 2 * ((middle_chunk ^ k1) & 1);  // from chunk m2 = 2g to 2g + 1
            Tile z[ROWS];  // (m1, m2), on the right
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                uint4 a = own[r * CHUNKS], b = own[r * CHUNKS + other];
                z[r].set({a.x, a.y, b.x, b.y}, {a.z, a.w, b.z, b.w});
            }
            MatrixTile m;
            uint4 v = there[k1 * 8 + 2 * t];
            m.z = left.z;
#pragma unroll
            for (int i = 0; i < 4; i++) turn_words<BF16, false>(m.z.re[i], m.z.im[i], i < 2 ? v.x : v.z, i < 2 ? v.y : v.w);
            m.complete();
            Tile w = turns;
            v = there[k1 * 8 + 2 * t + 1];
#pragma unroll
            for (int i = 0; i < 4; i++) turn_words<BF16, false>(w.re[i], w.im[i], i < 2 ? v.x : v.z, i < 2 ? v.y : v.w);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {  // (q1, m2), on the left
                Sums sums = {};
                matrix_times<BF16, false>(sums, m, z[r]);
                z[r] = sums.turned<BF16, false, LEFT>(w);
            }
            w.set({packed_plus<BF16>(k_re.x, skip), packed_plus<BF16>(k_re.y, skip), packed_plus<BF16>(k_re.z, skip),
                          packed_plus<BF16>(k_re.w, skip)},
                    {k_im.x ^ sign, k_im.y ^ sign, k_im.z ^ sign, k_im.w ^ sign});
#pragma unroll
            for (int r = 0; r < ROWS; r++) {  // (q1, k3), on the right
                Sums sums = {};
                times_matrix<BF16, false>(sums, z[r], right);
                z[r] = sums.turned<BF16, false, RIGHT>(w);
            }
            w = turns;
            v = home[k1 * 16 + 2 * g + 1];
#pragma unroll
            for (int i = 0; i < 4; i++) turn_words<BF16, false>(w.re[i], w.im[i], i % 2 == 0 ? v.x : v.z, i % 2 == 0 ? v.y : v.w);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {  // (m2, q1), on the left
                Sums sums = {};
                matrix_times<BF16, true>(sums, left, z[r]);
                z[r] = sums.turned<BF16, true, LEFT>(w);
            }
            m.z = right.z;
            v = home[k1 * 16 + 2 * g];
#pragma unroll
            for (int i = 0; i < 4; i++) turn_words<BF16, false>(m.z.re[i], m.z.im[i], i < 2 ? v.x : v.z, i < 2 ? v.y : v.w);
            m.complete();
#pragma unroll
            for (int r = 0; r < ROWS; r++) {  // (m2, m1), words of a real and an imaginary part
                Sums sums = {};
                times_matrix<BF16, true>(sums, z[r], m);
#pragma unroll
                for (int h = 0; h < 2; h++) {
                    own[r * CHUNKS + h * other] = {pack<BF16>(sums.re[0][2 * h], sums.im[0][2 * h]),
                            pack<BF16>(sums.re[1][2 * h], sums.im[1][2 * h]), pack<BF16>(sums.re[0][2 * h + 1], sums.im[0][2 * h + 1]),
                            pack<BF16>(sums.re[1][2 * h + 1], sums.im[1][2 * h + 1])};
                }
            }
        }
        __syncthreads();
        for (int unit = warp; unit < PARTS * SPLIT; unit += WARPS) {
            int part = unit / SPLIT, first_m = unit % SPLIT * OWN;
            RowPlace target = here;
            target.b = here.b * ROWS + part / 4;
            if (target.b >= o.batch) continue;
            long long out = target.out(o);
            const unsigned* from = reinterpret_cast<const unsigned*>(rows + part / 4 * CHUNKS + part % 4 * 16);
            int own_chunk = last_chunk ^ ((part & 1) | (part & 2) << 1);
            constexpr int AT_ONCE = OWN > 1 ? 2 : 4;  // m1
#pragma unroll(UNROLLED)
            for (int first = 0; first < 4; first += AT_ONCE) {
                float sums[OWN][AT_ONCE][2][4] = {};  // n1; m1 and last bit of m2
#pragma unroll
                for (int k = 0; k < STEPS; k++) {
                    unsigned f[OWN][4];
#pragma unroll
                    for (int m = 0; m < OWN; m++) {
                        uint4 four = reinterpret_cast<const uint4*>(last_matrix)[((first_m + m) * STEPS + k) * 32 + lane];
                        f[m][0] = four.x;
                        f[m][1] = four.y;
                        f[m][2] = four.z;
                        f[m][3] = four.w;
                    }
#pragma unroll
                    for (int s = 0; s < 2; s++) {
                        const unsigned* chunk = from + ((own_chunk ^ s) + k * 8 * 64) * 4 + first;
                        unsigned b[AT_ONCE], c[AT_ONCE];  // k1 = 8k + t and 4 more
                        if constexpr (AT_ONCE == 4) {
                            uint4 x = *reinterpret_cast<const uint4*>(chunk), y = *reinterpret_cast<const uint4*>(chunk + 4 * 64 * 4);
                            b[0] = x.x;
                            b[1] = x.y;
                            b[2] = x.z;
                            b[3] = x.w;
                            c[0] = y.x;
                            c[1] = y.y;
                            c[2] = y.z;
                            c[3] = y.w;
                        } else {
                            uint2 x = *reinterpret_cast<const uint2*>(chunk), y = *reinterpret_cast<const uint2*>(chunk + 4 * 64 * 4);
                            b[0] = x.x;
                            b[1] = x.y;
                            c[0] = y.x;
                            c[1] = y.y;
                        }
#pragma unroll
                        for (int i = 0; i < OWN * AT_ONCE; i++) {
                            mma<BF16>(sums[i / AT_ONCE][i % AT_ONCE][s], f[i / AT_ONCE], b[i % AT_ONCE], c[i % AT_ONCE]);
                        }
                    }
                }
                int at = (first_m * 16 + g) * 256 + part % 4 * 64 + first * 16 + 4 * t;  // and n1 multiples of eight, m1 some further
                float* y = o.y + out + at;
                auto put = [&](auto store) {
#pragma unroll
                    for (int i = 0; i < OWN * 2 * AT_ONCE; i++) {
                        int m = i / (2 * AT_ONCE), h = i / AT_ONCE % 2, e = i % AT_ONCE;
                        if (F1 < 16 && h == 1) continue;
                        float v[4] = {scale * sums[m][e][0][2 * h], scale * sums[m][e][1][2 * h], scale * sums[m][e][0][2 * h + 1],
                                scale * sums[m][e][1][2 * h + 1]};
                        store((m * 16 + h * 8) * 256 + e * 16, v);
                    }
                };
                if (plain_out) {
                    put([&](int further, const float(&v)[4]) {
                        if (at + further < o.length) put_plain(y + further, v);
                    });
                } else {
                    put([&](int further, const float(&v)[4]) { put_gated(o, out, at + further, v); });
                }
            }
        }
        __syncwarp();
    }
}

/** The position after the stages of a forward transform of N numbers at which a bin stands. */
template <int N> __device__ __forceinline__ int position_at(int bin) {
    int position = 0, n = N;
#pragma unroll
    for (; n > 16; bin /= 16) {
        n /= 16;
        position += bin % 16 * n;
    }
    return position + bin;
}

/** Writes a transformed row as tiles, all of its threads. */
template <int F1, int F2, int F3, bool BF16> __device__ __forceinline__ void write_tiles(unsigned* spectrum, const RowMemory& z, float factor) {
    constexpr int N = F1 * F2 * F3, COLUMNS = F3 / 16;
    for (unsigned i = threadIdx.x; i < N / 2; i += blockDim.x) {
        int r = i % 4, lane = i / 4 % 32, tile = i / 128;
        int p = lane / 4 + r % 2 * 8, q = lane % 4 * 2 + r / 2 * 8;
        int k1 = F2 > 1 ? tile : tile / COLUMNS * 16 + p, q1 = F2 > 1 ? place<16>(p) : 0, column = F2 > 1 ? q : tile % COLUMNS * 16 + q;
        float2 first = factor * z[position_at<N>(k1 + F1 * (q1 + F2 * place<F3>(column)))];
        float2 second = factor * z[position_at<N>(k1 + F1 * (q1 + F2 * place<F3>(column + 1)))];
        unsigned* words = spectrum + tile * TILE + i % 128;
        words[0] = pack<BF16>(first.x, second.x);
        words[128] = pack<BF16>(first.y, second.y);
    }
}
template <bool BF16> __device__ __forceinline__ void write_tiles(unsigned* spectrum, const RowMemory& z, float factor, int n) {
    switch (n) {
        case 256: return write_tiles<16, 1, 16, BF16>(spectrum, z, factor);
        case 512: return write_tiles<32, 1, 16, BF16>(spectrum, z, factor);
        case 1024: return write_tiles<32, 1, 32, BF16>(spectrum, z, factor);
        case 2048: return write_tiles<8, 16, 16, BF16>(spectrum, z, factor);
        case 4096: return write_tiles<16, 16, 16, BF16>(spectrum, z, factor);
        case 8192: return write_tiles<32, 16, 16, BF16>(spectrum, z, factor);
        default: return write_tiles<64, 16, 16, BF16>(spectrum, z, factor);
    }
}

/**
 * Spectra F(k θ^n) of kernel rows as tiles (see Tile) of 16-bit numbers, divided by scales[row], a power of two: for each k1 one with rows q1
 * and columns k3 or, of two factors, with rows k1 and columns k3. Rows as in long_convolution_spectrum.
 */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_half_spectrum(const float* kernels, int taps, int stride,
        const float* future, int future_taps, int future_stride, unsigned* __restrict__ spectrum, float* __restrict__ scales, const float* skip,
        int channels_per_row, int rows, int n, int bfloat16) {
    DYNAMIC_SHARED(float2, shared);
    __shared__ float largest_of[512];
    Line<RowMemory> line = whole_row(shared, n);
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    TwoSidedKernel kernel = {kernels + row * stride, future == nullptr ? nullptr : future + row * future_stride, live ? taps : 0,
            live ? future_taps : 0, n};
    first_stage<true>(line, kernel);
    float largest = 0.0f;
    through_bins<true, false>(line, [&](int, int position, float2 value) {
        line.z[position] = value;  // of this thread's group, which it has read
        largest = fmaxf(largest, fmaxf(fabsf(value.x), fabsf(value.y)));
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
    int exponent = min(max(__float_as_int(slots[0]) >> 23, 1), 253);
    float scale = __int_as_float(exponent << 23), divided = __int_as_float((254 - exponent) << 23);
    if (threadIdx.x == 0) scales[row] = scale;
    if (bfloat16) write_tiles<true>(spectrum + row * n, line.z, divided, n);
    else write_tiles<false>(spectrum + row * n, line.z, divided, n);
}

/** Convolutions of rows [H][B] of up to N numbers; HalfTerms says what the parameters are. */
#define SHORT_CONVOLUTION_HALF_KERNEL(name, f1, f3, rows, bf16, threads, blocks)                                                    \
    extern "C" __global__ __launch_bounds__(threads, blocks) void name(const float* u, const float* input_gate, const unsigned* spectrum,  \
            const float* scales, const float* skip, const float* output_gate, float* y, int variates, int channels, int batch, int length, \
            int channels_per_row, int conjugated, int accumulate) {                                                                        \
        DYNAMIC_SHARED(unsigned, shared);                                                                                                  \
        HalfTerms o = {u, input_gate, spectrum, scales, skip, output_gate, y, variates, channels, batch, length, channels_per_row,         \
                conjugated, accumulate};                                                                                                   \
        convolve_short_rows<f1, f3, rows, bf16>(o, shared);                                                               \
    }
#define LONG_CONVOLUTION_HALF_KERNEL(name, f1, rows, bf16, threads, blocks)                                                         \
    extern "C" __global__ __launch_bounds__(threads, blocks) void name(const float* u, const float* input_gate, const unsigned* spectrum,  \
            const float* scales, const float* skip, const float* output_gate, float* y, int variates, int channels, int batch, int length, \
            int channels_per_row, int conjugated, int accumulate) {                                                                        \
        DYNAMIC_SHARED(unsigned, shared);                                                                                                  \
        HalfTerms o = {u, input_gate, spectrum, scales, skip, output_gate, y, variates, channels, batch, length, channels_per_row,         \
                conjugated, accumulate};                                                                                                   \
        convolve_long_rows<f1, rows, threads / 32, bf16>(o, shared);                                                                    \
    }

#ifndef VARIANTS
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_256, 16, 16, 2, true, 256, 2)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_512, 32, 16, 1, true, 256, 2)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_1024, 32, 32, 1, true, 128, 3)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_2048, 8, 2, true, 128, 4)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_4096, 16, 2, true, 256, 2)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_8192, 32, 3, true, 384, 1)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_bfloat16_16384, 64, 1, true, 384, 1)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_float16_256, 16, 16, 2, false, 256, 2)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_float16_512, 32, 16, 1, false, 256, 2)
SHORT_CONVOLUTION_HALF_KERNEL(long_convolution_float16_1024, 32, 32, 1, false, 128, 3)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_2048, 8, 2, false, 128, 4)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_4096, 16, 2, false, 256, 2)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_8192, 32, 3, false, 384, 1)
LONG_CONVOLUTION_HALF_KERNEL(long_convolution_float16_16384, 64, 1, false, 384, 1)
#endif
