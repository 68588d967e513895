// Long convolutions that stay on the chip from load to store: see io.longwave.kernel.LongConvolution, and ReferenceLongConvolution for the
// sums.
//
//   y[j, b, t] = gate[j, b, t] ( Σ_{s ≤ t} k[row, s] x[series, b, t - s] + skip[j] x[series, b, t] ),   x = input gate · u
//
// Shapes, last axis fastest: u, input gate [V, B, L]; k [R, K]; skip [H]; y, output gate [H, B, L]. Channel j reads series j mod V and
// kernel row j div (H/R).
//
// The right angle. A row is not padded to twice its length. Instead it is multiplied modulo x^N - i, N ≥ L a power of two: what runs over
// the end at N comes back at the start turned by a right angle, so of two real rows the real part of the product is the causal convolution
// and the imaginary part is the tail that would follow. With θ = exp(iπ/2N), θ^N = i, and F the transform of length N,
//
//   X = F(x θ^n)    K = F(k θ^n) / N    c = θ^-n F^-1(X (K + skip/N))    y = gate Re c
//
// The skip is a tap more at lag 0, which adds the same number to every bin. A kernel for the future is an imaginary part of k, see
// TwoSidedKernel. Gradients come from the same products with a conjugate in them:  dx = Re θ^-n F^-1(DC conj K),  dk = Re θ^-n F^-1(Σ DC
// conj X)/N.
//
// Who does what. A row belongs to N/16 or N/32 threads along x (fixed_rows.cuh), a thread has two rows at once where that is faster, and a
// block has several of these along y when they are few: all of one channel, so that its spectrum is read once from memory and then comes
// from the cache. Numbers are loaded 4 bytes a thread, neighbours by neighbours and 16 or 32 of them under way per thread, straight into the
// registers of the first stage; there θ^n is multiplied in. The last forward stage, the product and the first inverse stage happen in
// registers too. Spectra keep the order in which the stages leave their bins. There is one kernel for each N from 256 on: shorter rows are
// rows of 256 with nothing behind.
//
// Halves. With u = u1 + x^N u2 and k alike, rows of 2N numbers, the first half of y is k1 u1 and the second k1 u2 + k2 u1 with the tail of
// k1 u1, which is the imaginary part of what comes back. So the first half is Re θ^-n F^-1(U1 K1) and the second Re θ^-n F^-1(U2 K1 + U1 K2 -
// i U1 K1): a thread that has both halves as its two rows does without one layer of butterflies there and one back, for one product more. The
// spectra's kernel leaves K1 and K2 - i K1 side by side. The skip belongs to K1 alone: what it adds to -i K1 is imaginary. A kernel with a future
// has no real halves and takes rows as they are.
//
// Rows ahead. Where two blocks share a multiprocessor and a thread's registers have room, a block asks for its next rows when it has computed
// its results and before it stores them.
//
// Long rows with a short kernel are cut in pieces that do not depend on each other: a window of N numbers begins `lead` = K - 1 before its
// piece, and the first `lead` results of a window are dropped.
#include "convolution_rows.cuh"
#include "fixed_rows.cuh"

/** A window of a row with its gate, N numbers from `start` on; zero outside of the row. */
struct Window {
    const float* values;
    const float* gate;  // null without one
    int start, length;  // length 0 where there is no row

    __device__ __forceinline__ bool inside(int t) const { return static_cast<unsigned>(t) < static_cast<unsigned>(length); }

    /** Elements t + q SPAN, q = 0, 1, ..., as real parts of v[q].row[r]: all loads first, so that they are under way together. */
    template <int SPAN, int R, int ROWS> __device__ __forceinline__ void load(Numbers<ROWS> (&v)[R], int r, int t) const {
        int at = start + t;
        if (start >= 0 && start + SPAN * R <= length) {
#pragma unroll
            for (int q = 0; q < R; q++) v[q].row[r].x = values[at + q * SPAN];
        } else {
#pragma unroll
            for (int q = 0; q < R; q++) v[q].row[r].x = inside(at + q * SPAN) ? values[at + q * SPAN] : 0.0f;
        }
        if (gate == nullptr) return;
#pragma unroll
        for (int q = 0; q < R; q++) {
            if (inside(at + q * SPAN)) v[q].row[r].x *= gate[at + q * SPAN];
        }
    }
};

/**
 * The windows that ROWS neighbouring items have in rows [.][B][L]: item i is piece i mod `pieces` of the row of batch i div `pieces`.
 * HALVES: the two rows have the same item.
 */
template <int ROWS, bool HALVES = false> struct Items {
    int b[ROWS], from[ROWS], end[ROWS];  // of the piece; nothing where there is no item

    __device__ __forceinline__ Items(int first, int items, int length, int piece, int pieces) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            int item = HALVES ? first : first + r;
            b[r] = pieces == 1 ? item : item / pieces;
            from[r] = (item - b[r] * pieces) * piece;
            end[r] = item < items ? min(length, from[r] + piece) : from[r];
        }
    }

    /** Whether element t of row r is one of its piece. */
    __device__ __forceinline__ bool has(int r, int t) const {
        return static_cast<unsigned>(t - from[r]) < static_cast<unsigned>(end[r] - from[r]);
    }

    /** Whether all pieces have n elements. */
    __device__ __forceinline__ bool full(int n) const {
        bool all = true;
#pragma unroll
        for (int r = 0; r < ROWS; r++) all &= end[r] - from[r] == n;
        return all;
    }
};

/** Spectrum of every kernel row, spectrum[row][place] = F(k θ^n) / N, k squashed and smoothed on its way in. Row blockIdx.x * blockDim.y + threadIdx.y. */
template <int N> __device__ __forceinline__ void spectrum_of_rows(float* shared, const KernelRows& kernels, float2* __restrict__ spectrum, int rows) {
    RowsOf<N, 1> transform(shared);
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    TwoSidedKernel kernel(kernels, row, 0, N, live);
    kernel.through([&](auto tap) { transform.first_complex([&](int, int i) { return tap(i); }); });
    transform.template through_bins<true, false>([&](int place, Numbers<1> value) {
        if (live) spectrum[row * N + place] = (1.0f / N) * value.row[0];
        return value;
    });
}

/** The same of rows of 2N taps in halves: spectrum[row][place] = K1 and K2 - i K1. */
template <int N> __device__ __forceinline__ void spectrum_of_halves(float* shared, const KernelRows& kernels, float4* __restrict__ spectrum,
        int rows) {
    RowsOf<N, 2> transform(shared);
    constexpr int SPAN = RowsOf<N, 2>::SPAN1;
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    TwoSidedKernel kernel(kernels, row, 0, 2 * N, live);
    kernel.through([&](auto tap) {
        transform.first([&](auto& v, int t) {
#pragma unroll
            for (int q = 0; q < N / SPAN; q++) {
#pragma unroll
                for (int r = 0; r < 2; r++) v[q].row[r].x = tap(t + q * SPAN + r * N).x;
            }
        });
    });
    transform.template through_bins<true, false>([&](int place, Numbers<2> value) {
        float2 first = (1.0f / N) * value.row[0], second = (1.0f / N) * value.row[1];
        if (live) spectrum[row * N + place] = make_float4(first.x, first.y, second.x + first.y, second.y - first.x);
        return value;
    });
}

/**
 * y (+)= gate · (convolution + skip). Block j * slices + slice has the items slice * blockDim.y * ROWS, ... of channel j; an item is a piece
 * of a row of the batch. HALVES: with windows of 2N, half as many items. AHEAD: rows are asked for ahead.
 */
template <int N, int ROWS, bool HALVES, bool AHEAD> __device__ __forceinline__ void forward_rows(float* shared, const float* u, const float* input_gate,
        const float2* __restrict__ spectrum, const float* __restrict__ skip, const float* output_gate, float* y, int variates, int batch,
        int length, int channels_per_row, int lead, int piece, int pieces, int slices, int accumulate) {
    RowsOf<N, ROWS> transform(shared);
    int j = blockIdx.x / slices;
    int items = batch * pieces;
    float skipped = skip == nullptr ? 0.0f : skip[j] / N;
    constexpr int EACH = HALVES ? ROWS / 2 : ROWS, HALF = HALVES ? N : 0;
    int step = slices * blockDim.y * EACH;
    constexpr int SPAN = RowsOf<N, ROWS>::SPAN1;
    auto load = [&](auto& v, int t, int block) {
        Items<ROWS, HALVES> at(unknown(block) + threadIdx.y * EACH, items, length, piece, pieces);
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            long long row = (static_cast<long long>(j % variates) * batch + at.b[r]) * length;
            Window x = {u + row, input_gate == nullptr ? nullptr : input_gate + row, at.from[r] - lead + r * HALF,
                    at.end[r] > at.from[r] ? length : 0};
            x.template load<SPAN>(v, r, t);
        }
    };
    Numbers<ROWS> next[N / SPAN];
    if constexpr (AHEAD) load(next, threadIdx.x, blockIdx.x % slices * blockDim.y * EACH);
    for (int block = blockIdx.x % slices * blockDim.y * EACH; block < items; block += step) {
        const float2* kernel = unknown(spectrum) + static_cast<long long>(j / channels_per_row) * (N + HALF);

        transform.first([&](auto& v, int t) {
            if constexpr (AHEAD) {
                static_assert(RowsOf<N, ROWS>::LANES == SPAN, "a thread's numbers are those of one transform");
#pragma unroll
                for (int q = 0; q < N / SPAN; q++) {
#pragma unroll
                    for (int r = 0; r < ROWS; r++) v[q].row[r].x = next[q].row[r].x;
                }
            } else {
                load(v, t, block);
            }
        });
        transform.template through_bins<true, true>([&](int place, Numbers<ROWS> value) {
            if constexpr (HALVES) {
                float4 both = reinterpret_cast<const float4*>(kernel)[place];
                float2 later = make_float2(both.z, both.w), first = value.row[0];
                value = value * make_float2(both.x + skipped, both.y);
                value.row[1] = make_float2(fmaf(later.x, first.x, value.row[1].x), fmaf(later.x, first.y, value.row[1].y));
                value.row[1] = make_float2(fmaf(-later.y, first.y, value.row[1].x), fmaf(later.y, first.x, value.row[1].y));
            } else {
                float2 k = kernel[place];
                k.x += skipped;
                value = value * k;
            }
            return value;
        });
        auto ask = [&] {
            if constexpr (AHEAD) load(next, threadIdx.x, block + step);
        };
        Items<ROWS, HALVES> at(unknown(block) + threadIdx.y * EACH, items, length, piece, pieces);
        float* out[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            out[r] = HALVES && r > 0 ? out[0] : y + (static_cast<long long>(j) * batch + at.b[r]) * length;  // the same, but nvcc spills
        }
        if (output_gate == nullptr && !accumulate && at.full(N + HALF)) {
            transform.final([&](int r, int i, float c) { out[r][at.from[r] + r * HALF + i] = c; }, ask);
        } else {
            transform.final(
                    [&](int r, int i, float c) {
                        int t = at.from[r] - lead + r * HALF + i;
                        if (!at.has(r, t)) return;
                        float value = output_gate == nullptr ? c : output_gate[out[r] - y + t] * c;
                        out[r][t] = accumulate ? out[r][t] + value : value;
                    },
                    ask);
        }
    }
}

/**
 * Both parts of the product for every row [H][B]: c[row][i] = (head, tail), before the output gate. Blocks as in forward_rows, one row for
 * each item, without pieces.
 */
template <int N> __device__ __forceinline__ void whole_rows(float* shared, const float* u, const float* input_gate,
        const float2* __restrict__ spectrum, const float* __restrict__ skip, float2* __restrict__ c, int variates, int batch, int length, int channels_per_row, int slices) {
    RowsOf<N, 1> transform(shared);
    int j = blockIdx.x / slices;
    const float2* kernel = spectrum + static_cast<long long>(j / channels_per_row) * N;
    float skipped = skip == nullptr ? 0.0f : skip[j] / N;
    int step = slices * blockDim.y;
    for (int block = blockIdx.x % slices * blockDim.y; block < batch; block += step) {
        int b = block + threadIdx.y;
        bool live = b < batch;
        long long row = (static_cast<long long>(j % variates) * batch + b) * length;
        Window x = {u + row, input_gate == nullptr ? nullptr : input_gate + row, 0, live ? length : 0};
        float2* out = c + (static_cast<long long>(j) * batch + b) * N;

        transform.first([&](auto& v, int t) { x.template load<RowsOf<N, 1>::SPAN1>(v, 0, t); });
        transform.template through_bins<true, true>([&](int place, Numbers<1> value) {
            float2 k = unknown(kernel)[place];
            value.row[0] = value.row[0] * make_float2(k.x + skipped, k.y);
            return value;
        });
        transform.final_complex([&](int, int i, float2 value) {
            if (live) out[i] = value;
        });
    }
}

/**
 * du and the gradient of the input gate from dc = output gate · dy. Block v * slices + slice has items of series v; the channels v, v + V,
 * ... that read it are summed as spectra in the order of their numbers. With one channel for each series there is no room for sums.
 */
template <int N, int ROWS> __device__ __forceinline__ void input_gradient_rows(float* shared, const float* dy, const float* output_gate,
        const float2* __restrict__ spectrum, const float* __restrict__ skip, const float* u, const float* input_gate, float* du,
        float* dgate, int variates, int channels, int batch, int length, int channels_per_row, int piece, int pieces, int slices,
        int accumulate) {
    RowsOf<N, ROWS> transform(shared);
    float* sum = shared + RowsOf<N, ROWS>::TABLE_FLOATS + blockDim.y * RowsOf<N, ROWS>::FLOATS + threadIdx.y * 2 * N * ROWS;
    int v0 = blockIdx.x / slices;
    int items = batch * pieces;
    int step = slices * blockDim.y * ROWS;
    for (int block = blockIdx.x % slices * blockDim.y * ROWS; block < items; block += step) {
        for (int j = v0; j < channels; j += variates) {
            const float2* kernel = unknown(spectrum) + static_cast<long long>(j / channels_per_row) * N;
            float skipped = skip == nullptr ? 0.0f : skip[j] / N;
            transform.first([&](auto& v, int t) {
                Items<ROWS> at(unknown(block) + threadIdx.y * ROWS, items, length, piece, pieces);
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    long long row = (static_cast<long long>(j) * batch + at.b[r]) * length;
                    Window dc = {dy + row, output_gate == nullptr ? nullptr : output_gate + row, at.from[r],
                            at.end[r] > at.from[r] ? length : 0};
                    dc.template load<RowsOf<N, ROWS>::SPAN1>(v, r, t);
                }
            });
            auto product = [&](int place, Numbers<ROWS> value) {
                float2 k = kernel[place];
                k = make_float2(k.x + skipped, -k.y);
                Numbers<ROWS> before = {};
                if (j > v0) before = Numbers<ROWS>::from(sum + place * 2 * ROWS);
#pragma unroll
                for (int r = 0; r < ROWS; r++) value.row[r] = before.row[r] + value.row[r] * k;
                return value;
            };
            if (j + variates < channels) {
                transform.template through_bins<true, false>([&](int place, Numbers<ROWS> value) {
                    value = product(place, value);
                    value.to(sum + place * 2 * ROWS);
                    return value;
                });
                transform.sync();
            } else {
                transform.template through_bins<true, true>(product);
            }
        }
        Items<ROWS> at(unknown(block) + threadIdx.y * ROWS, items, length, piece, pieces);
        long long row[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; r++) row[r] = (static_cast<long long>(v0) * batch + at.b[r]) * length;
        if (input_gate == nullptr && dgate == nullptr && at.full(N)) {
            transform.final([&](int r, int i, float dx) {
                float* target = du + row[r] + at.from[r] + i;
                *target = accumulate ? *target + dx : dx;
            });
        } else {
            transform.final([&](int r, int i, float dx) {
                int t = at.from[r] + i;
                if (at.has(r, t)) GatedGradient{u, input_gate, du, dgate, accumulate}(row[r] + t, dx);
            });
        }
    }
}

/**
 * Σ DC conj X over part of the rows that a kernel row serves: sums[row * parts + part][place]. Unit blockIdx.x * blockDim.y + threadIdx.y =
 * row * parts + part has the items from part * share on of the channels_per_row * batch * pieces items of its kernel row and adds them in
 * order. x and dc of an item are two rows of one transform, so that a thread has the same bin of both at one time.
 */
template <int N> __device__ __forceinline__ void kernel_sums_of_rows(float* shared, const float* u, const float* input_gate, const float* dy,
        const float* output_gate, float2* __restrict__ sums, int rows, int variates, int batch, int length, int channels_per_row, int lead,
        int piece, int pieces, int parts, int share) {
    RowsOf<N, 2> transform(shared);
    float2* sum = reinterpret_cast<float2*>(shared + RowsOf<N, 2>::TABLE_FLOATS + blockDim.y * RowsOf<N, 2>::FLOATS) + threadIdx.y * N;
    long long unit = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    int row = static_cast<int>(unit / parts);
    int items = row < rows ? channels_per_row * batch * pieces : 0;
    for (int i = 0; i < share; i++) {
        int item = static_cast<int>(unit % parts) * share + i;
        int from = item % pieces * piece;
        int b = item / pieces % batch;
        int j = row * channels_per_row + item / pieces / batch;
        bool live = item < items;
        long long in = (static_cast<long long>(j % variates) * batch + b) * length, out = (static_cast<long long>(j) * batch + b) * length;
        Window x = {u + in, input_gate == nullptr ? nullptr : input_gate + in, from - lead, live ? length : 0};
        Window dc = {dy + out, output_gate == nullptr ? nullptr : output_gate + out, from - lead, live ? min(length, from + piece) : 0};

        transform.first([&](auto& v, int t) {
            constexpr int SPAN = RowsOf<N, 2>::SPAN1;
            x.template load<SPAN>(v, 0, t);
            dc.template load<SPAN>(v, 1, t);
#pragma unroll
            for (int q = 0; q < N / SPAN; q++) {
                if (t + q * SPAN < lead) v[q].row[1].x = 0.0f;
            }
        });
        transform.template through_bins<true, false>([&](int place, Numbers<2> value) {
            float2 product = value.row[1] * conjugate(value.row[0]);
            float2 total = i == 0 ? product : sum[place] + product;  // kept by this very thread
            if (i + 1 < share) sum[place] = total;
            else if (row < rows) sums[unit * N + place] = total;
            return value;
        });
        transform.sync();
    }
}

/** dk = Re G, dback[m] = -Im G[N - 1 - m] with G = θ^-n F^-1(Σ of the parts, in order) / N. Row blockIdx.x * blockDim.y + threadIdx.y. */
template <int N> __device__ __forceinline__ void kernel_gradient_of_rows(float* shared, const float2* __restrict__ sums, int parts,
        float* dkernels, int taps, int stride, float* dfuture, int future_taps, int future_stride, int rows, int accumulate) {
    RowsOf<N, 1> transform(shared);
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    const float2* mine = sums + row * parts * N;
    TwoSidedGradient gradient = {dkernels == nullptr ? nullptr : dkernels + row * stride,
            dfuture == nullptr ? nullptr : dfuture + row * future_stride, live ? taps : 0, live ? future_taps : 0, N, accumulate};
    transform.template through_bins<false, true>([&](int place, Numbers<1> value) {
        float2 total = make_float2(0.0f, 0.0f);
        for (int part = 0; live && part < parts; part++) total = total + mine[static_cast<long long>(part) * N + place];
        value.row[0] = (1.0f / N) * total;
        return value;
    });
    transform.final_complex([&](int, int i, float2 value) { gradient(i, value); });
}

#define LONG_CONVOLUTION_SPECTRUM_KERNEL(name, n, threads)                                                                                 \
    extern "C" __global__ void __launch_bounds__(threads, 1) name(const float* kernels, int taps, int stride, const float* future,         \
            int future_taps, int future_stride, int half_width, const float* threshold, float2* __restrict__ spectrum, int rows) {        \
        DYNAMIC_SHARED(float, shared);                                                                                                     \
        KernelRows all = {kernels, taps, stride, future, future_taps, future_stride, half_width, threshold};                               \
        spectrum_of_rows<n>(shared, all, spectrum, rows);                                                                                  \
    }

#define LONG_CONVOLUTION_HALVES_SPECTRUM_KERNEL(name, n, threads)                                                                          \
    extern "C" __global__ void __launch_bounds__(threads, 1) name(const float* kernels, int taps, int stride, int half_width,             \
            const float* threshold, float2* __restrict__ spectrum, int rows) {                                                             \
        DYNAMIC_SHARED(float, shared);                                                                                                     \
        KernelRows all = {kernels, taps, stride, nullptr, 0, 0, half_width, threshold};                                                    \
        spectrum_of_halves<n>(shared, all, reinterpret_cast<float4*>(spectrum), rows);                                                     \
    }

/** rows: of a thread; halves: whether two of them are one of 2n; ahead: whether they are asked for ahead; blocks: that share a multiprocessor. */
#define LONG_CONVOLUTION_FORWARD_KERNEL(name, n, rows, halves, ahead, threads, blocks)                                                     \
    extern "C" __global__ void __launch_bounds__(threads, blocks) name(const float* u, const float* input_gate,                            \
            const float2* __restrict__ spectrum, const float* __restrict__ skip, const float* output_gate, float* y, int variates,         \
            int batch, int length, int channels_per_row, int lead, int piece, int pieces, int slices, int accumulate) {                    \
        DYNAMIC_SHARED(float, shared);                                                                                                     \
        forward_rows<n, rows, halves, ahead>(shared, u, input_gate, spectrum, skip, output_gate, y, variates, batch, length,               \
                channels_per_row, lead, piece, pieces, slices, accumulate);                                                                \
    }

#define LONG_CONVOLUTION_WHOLE_KERNEL(name, n, threads)                                                                                    \
    extern "C" __global__ void __launch_bounds__(threads, 1) name(const float* u, const float* input_gate,                                 \
            const float2* __restrict__ spectrum, const float* __restrict__ skip, float2* __restrict__ c, int variates, int batch,          \
            int length, int channels_per_row, int slices) {                                                                                \
        DYNAMIC_SHARED(float, shared);                                                                                                     \
        whole_rows<n>(shared, u, input_gate, spectrum, skip, c, variates, batch, length, channels_per_row, slices);                        \
    }

#define LONG_CONVOLUTION_INPUT_GRADIENT_KERNEL(name, n, rows, threads, blocks)                                                             \
    extern "C" __global__ void __launch_bounds__(threads, blocks) name(const float* dy, const float* output_gate,                          \
            const float2* __restrict__ spectrum, const float* __restrict__ skip, const float* u, const float* input_gate, float* du,       \
            float* dgate, int variates, int channels, int batch, int length, int channels_per_row, int piece, int pieces, int slices,      \
            int accumulate) {                                                                                                              \
        DYNAMIC_SHARED(float, shared);                                                                                                     \
        input_gradient_rows<n, rows>(shared, dy, output_gate, spectrum, skip, u, input_gate, du, dgate, variates, channels, batch, length, \
                channels_per_row, piece, pieces, slices, accumulate);                                                                      \
    }

#define LONG_CONVOLUTION_KERNEL_SUMS_KERNEL(name, n, threads)                                                                              \
    extern "C" __global__ void __launch_bounds__(threads, 1) name(const float* u, const float* input_gate, const float* dy,                \
            const float* output_gate, float2* __restrict__ sums, int rows, int variates, int batch, int length, int channels_per_row,      \
            int lead, int piece, int pieces, int parts, int share) {                                                                       \
        DYNAMIC_SHARED(float, shared);                                                                                                     \
        kernel_sums_of_rows<n>(shared, u, input_gate, dy, output_gate, sums, rows, variates, batch, length, channels_per_row, lead, piece, \
                pieces, parts, share);                                                                                                     \
    }

#define LONG_CONVOLUTION_KERNEL_GRADIENT_KERNEL(name, n, threads)                                                                          \
    extern "C" __global__ void __launch_bounds__(threads, 1) name(const float2* __restrict__ sums, int parts, float* dkernels, int taps,   \
            int stride, float* dfuture, int future_taps, int future_stride, int rows, int accumulate) {                                    \
        DYNAMIC_SHARED(float, shared);                                                                                                     \
        kernel_gradient_of_rows<n>(shared, sums, parts, dkernels, taps, stride, dfuture, future_taps, future_stride, rows, accumulate);    \
    }

LONG_CONVOLUTION_SPECTRUM_KERNEL(long_convolution_spectrum_256, 256, 128)
LONG_CONVOLUTION_SPECTRUM_KERNEL(long_convolution_spectrum_512, 512, 64)
LONG_CONVOLUTION_SPECTRUM_KERNEL(long_convolution_spectrum_1024, 1024, 128)
LONG_CONVOLUTION_SPECTRUM_KERNEL(long_convolution_spectrum_2048, 2048, 128)
LONG_CONVOLUTION_SPECTRUM_KERNEL(long_convolution_spectrum_4096, 4096, 256)
LONG_CONVOLUTION_SPECTRUM_KERNEL(long_convolution_spectrum_8192, 8192, 256)
LONG_CONVOLUTION_SPECTRUM_KERNEL(long_convolution_spectrum_16384, 16384, 512)

LONG_CONVOLUTION_HALVES_SPECTRUM_KERNEL(long_convolution_spectrum_halves_of_512, 256, 128)
LONG_CONVOLUTION_HALVES_SPECTRUM_KERNEL(long_convolution_spectrum_halves_of_4096, 2048, 128)
LONG_CONVOLUTION_HALVES_SPECTRUM_KERNEL(long_convolution_spectrum_halves_of_8192, 4096, 256)

LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_256, 256, 1, false, false, 128, 7)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_512, 512, 1, false, false, 64, 8)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_1024, 1024, 1, false, false, 128, 4)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_2048, 2048, 2, false, false, 128, 4)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_4096, 4096, 2, false, false, 256, 2)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_8192, 8192, 1, false, false, 256, 2)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_16384, 16384, 1, false, false, 512, 1)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_halves_of_512, 256, 2, true, false, 128, 4)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_halves_of_4096, 2048, 2, true, false, 128, 4)
LONG_CONVOLUTION_FORWARD_KERNEL(long_convolution_forward_halves_of_8192, 4096, 2, true, true, 256, 2)

LONG_CONVOLUTION_WHOLE_KERNEL(long_convolution_whole_256, 256, 128)
LONG_CONVOLUTION_WHOLE_KERNEL(long_convolution_whole_512, 512, 64)
LONG_CONVOLUTION_WHOLE_KERNEL(long_convolution_whole_1024, 1024, 128)
LONG_CONVOLUTION_WHOLE_KERNEL(long_convolution_whole_2048, 2048, 128)
LONG_CONVOLUTION_WHOLE_KERNEL(long_convolution_whole_4096, 4096, 256)
LONG_CONVOLUTION_WHOLE_KERNEL(long_convolution_whole_8192, 8192, 256)
LONG_CONVOLUTION_WHOLE_KERNEL(long_convolution_whole_16384, 16384, 512)

LONG_CONVOLUTION_INPUT_GRADIENT_KERNEL(long_convolution_input_gradient_256, 256, 1, 128, 8)
LONG_CONVOLUTION_INPUT_GRADIENT_KERNEL(long_convolution_input_gradient_512, 512, 1, 64, 8)
LONG_CONVOLUTION_INPUT_GRADIENT_KERNEL(long_convolution_input_gradient_1024, 1024, 1, 128, 4)
LONG_CONVOLUTION_INPUT_GRADIENT_KERNEL(long_convolution_input_gradient_2048, 2048, 2, 128, 4)
LONG_CONVOLUTION_INPUT_GRADIENT_KERNEL(long_convolution_input_gradient_4096, 4096, 2, 256, 2)
LONG_CONVOLUTION_INPUT_GRADIENT_KERNEL(long_convolution_input_gradient_8192, 8192, 1, 256, 2)
LONG_CONVOLUTION_INPUT_GRADIENT_KERNEL(long_convolution_input_gradient_16384, 16384, 1, 512, 1)

LONG_CONVOLUTION_KERNEL_SUMS_KERNEL(long_convolution_kernel_sums_256, 256, 32)
LONG_CONVOLUTION_KERNEL_SUMS_KERNEL(long_convolution_kernel_sums_512, 512, 32)
LONG_CONVOLUTION_KERNEL_SUMS_KERNEL(long_convolution_kernel_sums_1024, 1024, 32)
LONG_CONVOLUTION_KERNEL_SUMS_KERNEL(long_convolution_kernel_sums_2048, 2048, 128)
LONG_CONVOLUTION_KERNEL_SUMS_KERNEL(long_convolution_kernel_sums_4096, 4096, 256)
LONG_CONVOLUTION_KERNEL_SUMS_KERNEL(long_convolution_kernel_sums_8192, 8192, 256)

LONG_CONVOLUTION_KERNEL_GRADIENT_KERNEL(long_convolution_kernel_gradient_256, 256, 128)
LONG_CONVOLUTION_KERNEL_GRADIENT_KERNEL(long_convolution_kernel_gradient_512, 512, 64)
LONG_CONVOLUTION_KERNEL_GRADIENT_KERNEL(long_convolution_kernel_gradient_1024, 1024, 128)
LONG_CONVOLUTION_KERNEL_GRADIENT_KERNEL(long_convolution_kernel_gradient_2048, 2048, 128)
LONG_CONVOLUTION_KERNEL_GRADIENT_KERNEL(long_convolution_kernel_gradient_4096, 4096, 256)
LONG_CONVOLUTION_KERNEL_GRADIENT_KERNEL(long_convolution_kernel_gradient_8192, 8192, 256)
