// Second pass of long convolutions over rows of a width that the compiler knows: longconv_passes.cu says what passes are.
//
// A row k1 of W numbers is transformed by W/16 or W/32 threads (fixed_rows.cuh), a block has one or several rows along y. Numbers of mid
// are read once, straight into the registers of the first stage, and written once, from those of the last. Narrower rows take the kernels
// of longconv_passes.cu; the order of the bins differs, so that all passes over one spectrum have to be of one kind.
#include "convolution_rows.cuh"
#include "fixed_rows.cuh"

/** For a spectrum, in place, times `factor`. Row blockIdx.x * blockDim.y + threadIdx.y. */
template <int W> __device__ __forceinline__ void second_pass_spectrum(float* shared, float2* mid, float factor) {
    RowsOf<W, 1, false> transform(shared);
    float2* row = mid + static_cast<long long>(blockIdx.x * blockDim.y + threadIdx.y) * W;
    transform.first_complex([&](int, int i) { return row[i]; });
    transform.template through_bins<true, false>([&](int place, Numbers<1> value) {
        row[place] = factor * value.row[0];
        return value;
    });
}

/** Where a row k1 of the rows of a pair and of its kernel's spectrum is, and what is done with the latter. */
template <int W> struct Products {
    float2* mid;
    const float2* spectrum;
    const float* skip;  // null without one
    int height, k1, channels_per_row, conjugated;

    __device__ __forceinline__ float2* row(long long number) const { return mid + (number * height + k1) * W; }

    __device__ __forceinline__ const float2* kernel(int j) const {
        return unknown(spectrum) + (static_cast<long long>(j / channels_per_row) * height + k1) * W;
    }

    __device__ __forceinline__ float skipped(int j) const {
        return skip == nullptr ? 0.0f : skip[j] / (static_cast<float>(height) * static_cast<float>(W));
    }

    __device__ __forceinline__ float2 operator()(float2 value, float2 k, float skipped) const {
        return value * make_float2(k.x + skipped, conjugated ? -k.y : k.y);
    }
};

/**
 * Rows times the spectrum of their kernel or its conjugate, in place. A thread's row has number k1 in `rounds` pairs (channel, b) of the
 * group one after the other, most of them of one channel, so that its spectrum comes from the nearest cache.
 */
template <int W> __device__ __forceinline__ void second_pass_products(float* shared, float2* mid, const float2* __restrict__ spectrum,
        const float* __restrict__ skip, int height, int first, int pairs, int rounds, int batch, int channels_per_row, int conjugated) {
    RowsOf<W, 1, false> transform(shared);
    int blocks = height / blockDim.y;
    Products<W> products = {mid, spectrum, skip, height, static_cast<int>(blockIdx.x % blocks * blockDim.y + threadIdx.y),
            channels_per_row, conjugated};
    int begin = blockIdx.x / blocks * rounds, end = min(begin + rounds, pairs);
    for (int pair = begin; pair < end; pair++) {
        const float2* source = products.row(pair);
        transform.first_complex([&](int, int i) { return source[i]; });
        int j = (first + unknown(pair)) / batch;
        const float2* kernel = products.kernel(j);
        float skipped = products.skipped(j);
        transform.template through_bins<true, true>([&](int place, Numbers<1> value) {
            value.row[0] = products(value.row[0], kernel[place], skipped);
            return value;
        });
        float2* target = products.row(unknown(pair));
        transform.final_complex([&](int, int i, float2 value) { target[i] = value; });
    }
}

/** The same for the channels of a pair (series, b): the sum goes where the first channel was. */
template <int W> __device__ __forceinline__ void second_pass_sums(float* shared, float2* mid, const float2* __restrict__ spectrum,
        const float* __restrict__ skip, int height, int first, int batch, int series, int channels_of_series, int channels_per_row,
        int conjugated) {
    using Rows = RowsOf<W, 1, false>;
    Rows transform(shared);
    float2* sum = reinterpret_cast<float2*>(shared + Rows::TABLE_FLOATS + blockDim.y * Rows::FLOATS) + threadIdx.y * W;
    int blocks = height / blockDim.y;
    Products<W> products = {mid, spectrum, skip, height, static_cast<int>(blockIdx.x % blocks * blockDim.y + threadIdx.y),
            channels_per_row, conjugated};
    RowOrder order = {first, batch, series, channels_of_series};
    int number = blockIdx.x / blocks * channels_of_series;
    for (int c = 0; c < channels_of_series; c++) {
        const float2* source = products.row(number + c);
        transform.first_complex([&](int, int i) { return source[i]; });
        int j = order.channel(number + c);
        const float2* kernel = products.kernel(j);
        float skipped = products.skipped(j);
        auto added = [&](int place, Numbers<1> value) {
            value.row[0] = products(value.row[0], kernel[place], skipped);
            if (c > 0) value.row[0] = sum[place] + value.row[0];
            return value;
        };
        if (c + 1 < channels_of_series) {
            transform.template through_bins<true, false>([&](int place, Numbers<1> value) {
                value = added(place, value);
                sum[place] = value.row[0];
                return value;
            });
            transform.sync();
        } else {
            transform.template through_bins<true, true>(added);
        }
    }
    float2* target = products.row(number);
    transform.final_complex([&](int, int i, float2 value) { target[i] = value; });
}

/** For a kernel's gradient: rows = DC conj X for rows of x and of dc, in the place of x; a thread transforms both at once. */
template <int W> __device__ __forceinline__ void second_pass_correlate(float* shared, float2* x, const float2* __restrict__ dc) {
    RowsOf<W, 2, false> transform(shared);
    long long at = static_cast<long long>(blockIdx.x * blockDim.y + threadIdx.y) * W;
    transform.first_complex([&](int r, int i) { return r == 0 ? x[at + i] : dc[at + i]; });
    transform.template through_bins<true, false>([&](int place, Numbers<2> value) {
        x[at + place] = value.row[1] * conjugate(value.row[0]);
        return value;
    });
}

/** Back from a spectrum, in place, times `factor`. */
template <int W> __device__ __forceinline__ void second_pass_back(float* shared, float2* mid, float factor) {
    RowsOf<W, 1, false> transform(shared);
    float2* row = mid + static_cast<long long>(blockIdx.x * blockDim.y + threadIdx.y) * W;
    transform.template through_bins<false, true>([&](int place, Numbers<1> value) {
        value.row[0] = factor * row[place];
        return value;
    });
    transform.final_complex([&](int, int i, float2 value) { row[i] = value; });
}

#define SECOND_PASS_SPECTRUM_KERNEL(name, width)                                                                                         \
    extern "C" __global__ void __launch_bounds__(256, 1) name(float2* mid, float factor) {                                               \
        DYNAMIC_SHARED(float, shared);                                                                                                   \
        second_pass_spectrum<width>(shared, mid, factor);                                                                                \
    }

/** blocks: that share a multiprocessor. */
#define SECOND_PASS_PRODUCTS_KERNEL(name, width, threads, blocks)                                                                        \
    extern "C" __global__ void __launch_bounds__(threads, blocks) name(float2* mid, const float2* __restrict__ spectrum,                 \
            const float* __restrict__ skip, int height, int first, int pairs, int rounds, int batch, int channels_per_row,               \
            int conjugated) {                                                                                                            \
        DYNAMIC_SHARED(float, shared);                                                                                                   \
        second_pass_products<width>(shared, mid, spectrum, skip, height, first, pairs, rounds, batch, channels_per_row, conjugated);     \
    }

#define SECOND_PASS_SUMS_KERNEL(name, width)                                                                                             \
    extern "C" __global__ void __launch_bounds__(256, 1) name(float2* mid, const float2* __restrict__ spectrum,                          \
            const float* __restrict__ skip, int height, int first, int batch, int series, int channels_of_series, int channels_per_row,  \
            int conjugated) {                                                                                                            \
        DYNAMIC_SHARED(float, shared);                                                                                                   \
        second_pass_sums<width>(shared, mid, spectrum, skip, height, first, batch, series, channels_of_series, channels_per_row,         \
                conjugated);                                                                                                             \
    }

#define SECOND_PASS_CORRELATE_KERNEL(name, width)                                                                                        \
    extern "C" __global__ void __launch_bounds__(256, 1) name(float2* x, const float2* __restrict__ dc) {                                \
        DYNAMIC_SHARED(float, shared);                                                                                                   \
        second_pass_correlate<width>(shared, x, dc);                                                                                     \
    }

#define SECOND_PASS_BACK_KERNEL(name, width)                                                                                             \
    extern "C" __global__ void __launch_bounds__(256, 1) name(float2* mid, float factor) {                                               \
        DYNAMIC_SHARED(float, shared);                                                                                                   \
        second_pass_back<width>(shared, mid, factor);                                                                                    \
    }

SECOND_PASS_SPECTRUM_KERNEL(long_convolution_pass_spectrum_256, 256)
SECOND_PASS_SPECTRUM_KERNEL(long_convolution_pass_spectrum_512, 512)
SECOND_PASS_SPECTRUM_KERNEL(long_convolution_pass_spectrum_1024, 1024)
SECOND_PASS_SPECTRUM_KERNEL(long_convolution_pass_spectrum_2048, 2048)
SECOND_PASS_SPECTRUM_KERNEL(long_convolution_pass_spectrum_4096, 4096)

SECOND_PASS_PRODUCTS_KERNEL(long_convolution_pass_products_256, 256, 128, 6)
SECOND_PASS_PRODUCTS_KERNEL(long_convolution_pass_products_512, 512, 64, 6)  // eight would have too few registers each
SECOND_PASS_PRODUCTS_KERNEL(long_convolution_pass_products_1024, 1024, 128, 3)
SECOND_PASS_PRODUCTS_KERNEL(long_convolution_pass_products_2048, 2048, 128, 6)
SECOND_PASS_PRODUCTS_KERNEL(long_convolution_pass_products_4096, 4096, 256, 3)

SECOND_PASS_SUMS_KERNEL(long_convolution_pass_sums_256, 256)
SECOND_PASS_SUMS_KERNEL(long_convolution_pass_sums_512, 512)
SECOND_PASS_SUMS_KERNEL(long_convolution_pass_sums_1024, 1024)
SECOND_PASS_SUMS_KERNEL(long_convolution_pass_sums_2048, 2048)
SECOND_PASS_SUMS_KERNEL(long_convolution_pass_sums_4096, 4096)

SECOND_PASS_CORRELATE_KERNEL(long_convolution_pass_correlate_256, 256)
SECOND_PASS_CORRELATE_KERNEL(long_convolution_pass_correlate_512, 512)
SECOND_PASS_CORRELATE_KERNEL(long_convolution_pass_correlate_1024, 1024)
SECOND_PASS_CORRELATE_KERNEL(long_convolution_pass_correlate_2048, 2048)
SECOND_PASS_CORRELATE_KERNEL(long_convolution_pass_correlate_4096, 4096)

SECOND_PASS_BACK_KERNEL(long_convolution_pass_back_256, 256)
SECOND_PASS_BACK_KERNEL(long_convolution_pass_back_512, 512)
SECOND_PASS_BACK_KERNEL(long_convolution_pass_back_1024, 1024)
SECOND_PASS_BACK_KERNEL(long_convolution_pass_back_2048, 2048)
SECOND_PASS_BACK_KERNEL(long_convolution_pass_back_4096, 4096)
