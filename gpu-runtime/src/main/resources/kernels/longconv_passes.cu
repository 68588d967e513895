// Long convolutions of rows that do not fit one block: longconv.cu says what is computed.
//
// N = N1 N2, element n = n1 N2 + n2, bin k = k1 + N1 k2, and three passes over as many rows at a time as keep all multiprocessors busy:
//
//   1. strips of columns n2:  mid[k1][n2] = exp(-2πi k1 n2/N) Σ_n1 x θ^n exp(-2πi k1 n1/N1)
//   2. contiguous rows k1:    transform of N2 numbers, product with the spectrum, transform back, in place
//   3. strips of columns:     the inverse of the first pass, real part, gate, store
//
// mid is complex [row of the group][position of k1][N2]. Every pass reads and writes each number once: 12 bytes for each number of a row,
// 16, and 12. Passes 1 and 3 are column_transform.cuh. Second passes over rows of 256 numbers and more are longconv_second_pass.cu, over
// narrower ones those here. Spectra are kept as the second pass leaves its bins.
#include "convolution_rows.cuh"
#include "column_transform.cuh"

/** First pass for rows of u or of dy with their gates, in the order of RowOrder; source [sources][B][L], channel j reads j mod sources. */
extern "C" __global__ void __launch_bounds__(256, 3) long_convolution_pass_rows(const float* __restrict__ values,
        const float* __restrict__ gate, float2* __restrict__ mid, int height, int width, int first, int batch, int series,
        int channels_of_series, int sources, int length) {
    DYNAMIC_SHARED(float2, shared);
    in_column(shared, height, width, [&](auto column) {
        RowOrder order = {first, batch, series, channels_of_series};
        long long source = static_cast<long long>(order.channel(column.row) % sources) * batch + order.b(column.row);
        GatedRow x = {values, gate, source * length, length};
        column_forward<true>(column, [&](int i) { return x(i * column.width + column.n2); },
                [&](int position, float2 value) { mid[column.at(position)] = value; });
    });
}

/** First pass for kernels [rows][stride], future [rows][future_stride] or null, regularised already. */
extern "C" __global__ void __launch_bounds__(256, 3) long_convolution_pass_kernels(const float* __restrict__ kernels, int taps, int stride,
        const float* __restrict__ future, int future_taps, int future_stride, float2* __restrict__ mid, int height, int width) {
    DYNAMIC_SHARED(float2, shared);
    KernelRows all = {kernels, taps, stride, future, future_taps, future_stride, 0, nullptr};
    in_column(shared, height, width, [&](auto column) {
        TwoSidedKernel kernel(all, column.row, 0, height * width, true);
        column_forward<true>(column, [&](int i) { return kernel.at<false>(i * column.width + column.n2); },
                [&](int position, float2 value) { mid[column.at(position)] = value; });
    });
}

/** Number of a row of the second pass: a block has several of them along y, all of one row of the first pass. */
__device__ __forceinline__ int second_pass_row() { return blockIdx.x * blockDim.y + threadIdx.y; }

/** Second pass for a spectrum, in place, times `factor`. */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_pass_spectrum(float2* mid, int n, float factor) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    float2* row = mid + static_cast<long long>(second_pass_row()) * n;
    first_stage<false>(line, [&](int i) { return row[i]; });
    through_bins<true, false>(line, [&](int place, int, float2 value) {
        row[place] = factor * value;
        return value;
    });
}

/**
 * Second pass of a convolution: row pair * height + k1 is row k1 of each channel of a pair (series, b), is multiplied with the spectrum of
 * its kernel or the conjugate, and the sum over the channels goes where the first one was. There is room for sums where a series has
 * several channels.
 */
extern "C" __global__ void __launch_bounds__(256, 2) long_convolution_pass_products(float2* mid, const float2* __restrict__ spectrum,
        const float* __restrict__ skip, int height, int n, int first, int batch, int series, int channels_of_series, int channels_per_row,
        int conjugated) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    float2* sum = shared + blockDim.y * (n + n / 16) + threadIdx.y * n;
    int pair = second_pass_row() / height, k1 = second_pass_row() % height;
    RowOrder order = {first, batch, series, channels_of_series};
    float share = 1.0f / (static_cast<float>(height) * static_cast<float>(n));
    float2* target = mid + (static_cast<long long>(pair) * channels_of_series * height + k1) * n;
    for (int c = 0; c < channels_of_series; c++) {
        int j = order.channel(pair * channels_of_series + c);
        const float2* row = target + static_cast<long long>(c) * height * n;
        const float2* kernel = spectrum + (static_cast<long long>(j / channels_per_row) * height + k1) * n;
        float skipped = skip == nullptr ? 0.0f : skip[j] * share;
        first_stage<false>(line, [&](int i) { return row[i]; });
        auto product = [&](int place, int, float2 value) {
            float2 k = kernel[place];
            float2 added = value * make_float2(k.x + skipped, conjugated ? -k.y : k.y);
            return c == 0 ? added : sum[place] + added;
        };
        if (c + 1 < channels_of_series) {
            through_bins<true, false>(line, [&](int place, int position, float2 value) {
                return sum[place] = product(place, position, value);
            });
            __syncthreads();
        } else {
            through_bins<true, true>(line, product);
        }
    }
    final_stage<false>(line, [&](int i, float2 value) { target[i] = value; });
}

/** Second pass of a kernel's gradient: rows = DC conj X for rows of x and of dc, in the place of x. */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_pass_correlate(float2* x, const float2* __restrict__ dc, int n) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    float2* held = shared + blockDim.y * (n + n / 16) + threadIdx.y * n;
    float2* row = x + static_cast<long long>(second_pass_row()) * n;
    const float2* other = dc + static_cast<long long>(second_pass_row()) * n;
    first_stage<false>(line, [&](int i) { return row[i]; });
    through_bins<true, false>(line, [&](int place, int, float2 value) { return held[place] = value; });
    __syncthreads();
    first_stage<false>(line, [&](int i) { return other[i]; });
    through_bins<true, false>(line, [&](int place, int, float2 value) { return row[place] = value * conjugate(held[place]); });
}

/**
 * sums[row] (+)= the products of the group that belong to a kernel row, in order. The group has rows first, first + 1, ... of all [H][B],
 * `items` of them for each kernel row; y of the grid counts the kernel rows from `first_row` on; n numbers each, as floats.
 */
extern "C" __global__ void long_convolution_pass_add(const float* __restrict__ products, float* __restrict__ sums, int first, int count,
        int items, int first_row, long long numbers) {
    long long row = first_row + blockIdx.y;
    int from = static_cast<int>(max(static_cast<long long>(first), row * items));
    int to = static_cast<int>(min(static_cast<long long>(first) + count, (row + 1) * items));
    bool fresh = first <= row * items;
    for (long long i = first_element(); i < numbers; i += element_step()) {
        float sum = fresh ? 0.0f : sums[row * numbers + i];
        for (int item = from; item < to; item++) sum += products[(item - first) * numbers + i];
        sums[row * numbers + i] = sum;
    }
}

/** Second pass back from a spectrum, in place, times `factor`. */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_pass_back(float2* mid, int n, float factor) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    float2* row = mid + static_cast<long long>(second_pass_row()) * n;
    through_bins<false, true>(line, [&](int place, int, float2) { return factor * row[place]; });
    final_stage<false>(line, [&](int i, float2 value) { row[i] = value; });
}

/** Third pass of a forward convolution: y (+)= gate Re c; rows first, first + 1, ... of [H][B]. */
extern "C" __global__ void __launch_bounds__(256, 3) long_convolution_pass_store(const float2* __restrict__ mid, const float* output_gate,
        float* y, int height, int width, int first, int length, int accumulate) {
    DYNAMIC_SHARED(float2, shared);
    in_column(shared, height, width, [&](auto column) {
        long long out = static_cast<long long>(first + column.row) * length;
        column_inverse<true>(column, [&](int position) { return mid[column.at(position)]; },
                [&](int i, float2 c) {
                    int t = i * column.width + column.n2;
                    if (t >= length) return;
                    float value = output_gate == nullptr ? c.x : output_gate[out + t] * c.x;
                    y[out + t] = accumulate ? y[out + t] + value : value;
                });
    });
}

/** Third pass that keeps head and tail: c[first + row][N] complex. */
extern "C" __global__ void __launch_bounds__(256, 2) long_convolution_pass_store_whole(const float2* __restrict__ mid,
        float2* __restrict__ c, int height, int width, int first) {
    DYNAMIC_SHARED(float2, shared);
    in_column(shared, height, width, [&](auto column) {
        float2* out = c + static_cast<long long>(first) * height * width;
        column_inverse<true>(column, [&](int position) { return mid[column.at(position)]; },
                [&](int i, float2 value) { out[column.at(i)] = value; });
    });
}

/** Third pass of the input gradient: rows first, first + 1, ... of [V][B]; of the channels of a series only the first holds anything. */
extern "C" __global__ void __launch_bounds__(256, 3) long_convolution_pass_store_input_gradient(const float2* __restrict__ mid,
        const float* u, const float* input_gate, float* du, float* dgate, int height, int width, int first, int channels_of_series,
        int length, int accumulate) {
    DYNAMIC_SHARED(float2, shared);
    in_column(shared, height, width, [&](auto column) {
        long long in = static_cast<long long>(first + column.row) * length;
        const float2* sums = mid + static_cast<long long>(column.row) * (channels_of_series - 1) * height * width;
        GatedGradient gradient = {u, input_gate, du, dgate, accumulate};
        column_inverse<true>(column, [&](int position) { return sums[column.at(position)]; },
                [&](int i, float2 dx) {
                    int t = i * column.width + column.n2;
                    if (t < length) gradient(in + t, dx.x);
                });
    });
}

/** Third pass of a kernel's gradient. */
extern "C" __global__ void __launch_bounds__(256, 3) long_convolution_pass_store_kernel_gradient(const float2* __restrict__ mid,
        float* dkernels, int taps, int stride, float* dfuture, int future_taps, int future_stride, int height, int width,
        int accumulate) {
    DYNAMIC_SHARED(float2, shared);
    in_column(shared, height, width, [&](auto column) {
        long long row = column.row;
        TwoSidedGradient gradient = {dkernels == nullptr ? nullptr : dkernels + row * stride,
                dfuture == nullptr ? nullptr : dfuture + row * future_stride, taps, future_taps, height * width, accumulate};
        column_inverse<true>(column, [&](int position) { return mid[column.at(position)]; },
                [&](int i, float2 value) { gradient(i * column.width + column.n2, value); });
    });
}
