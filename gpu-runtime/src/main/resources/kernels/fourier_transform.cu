// Discrete Fourier transforms of rows [R][N] with bins in natural order: see io.longwave.kernel.FourierTransform.
//
// A power of two from 32 on is one transform of the row (row_transform.cuh). Any other length is a convolution with a chirp, c[n] = exp(πi
// n²/N), in a transform of M ≥ 2N - 1 (Bluestein 1970):  X[k] = c̄[k] Σ_n (x c̄)[n] c[k - n]. The host makes the chirp in double, once for
// each length. The inverse is the forward transform with real and imaginary parts exchanged before and after. A result may be the tensor it
// is made from: a row is read before any of it is written.
//
// On the chip a row has min(M/16, 512) threads along x and a block several rows along y; longer ones go in the three passes of
// longconv_passes.cu.
#include "convolution_rows.cuh"
#include "column_transform.cuh"

/**
 * Rows to transform, `count` numbers of each given. im null: real numbers. `waves`: these are the bins 0 to n/2 of real rows, the others
 * are their conjugates; those that are their own have no imaginary part and are multiplied by `single`, all others by `paired`; the real
 * and the imaginary part change places, for a transform back.
 */
struct FourierSource {
    const float* re;
    const float* im;
    int n, count, waves;
    float single, paired;

    __device__ __forceinline__ float2 operator()(long long row, int i) const {
        if (i >= n) return make_float2(0.0f, 0.0f);
        int k = i < count ? i : n - i;
        long long at = row * count + k;
        float2 value = make_float2(re[at], im == nullptr ? 0.0f : im[at]);
        if (!waves) return value;
        value = k == 0 || 2 * k == n ? make_float2(single * value.x, 0.0f) : paired * value;
        return make_float2(i == k ? value.y : -value.y, value.x);
    }
};

/**
 * Where the first `count` bins go, times `scale`; either part may be unwanted. `doubled`: those that are not their own conjugates twice,
 * own ones without imaginary part.
 */
struct FourierTarget {
    float* re;
    float* im;
    int n, count, doubled;
    float scale;

    __device__ __forceinline__ void operator()(long long row, int k, float2 value) const {
        if (k >= count) return;
        value = scale * value;
        if (doubled) value = k == 0 || 2 * k == n ? make_float2(value.x, 0.0f) : 2.0f * value;
        if (re != nullptr) re[row * count + k] = value.x;
        if (im != nullptr) im[row * count + k] = value.y;
    }
};

#define FOURIER_SOURCE_PARAMETERS const float *source_re, const float *source_im, int source_count, int waves, float single, float paired
#define FOURIER_TARGET_PARAMETERS float *target_re, float *target_im, int target_count, int doubled, float scale
#define FOURIER_SOURCE {source_re, source_im, n, source_count, waves, single, paired}
#define FOURIER_TARGET {target_re, target_im, n, target_count, doubled, scale}

/** Lengths that are powers of two. Row blockIdx.x * blockDim.y + threadIdx.y. */
extern "C" __global__ void __launch_bounds__(512, 1) fourier_rows(FOURIER_SOURCE_PARAMETERS, FOURIER_TARGET_PARAMETERS, int rows, int n) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    FourierSource source = FOURIER_SOURCE;
    FourierTarget target = FOURIER_TARGET;
    first_stage<false>(line, [&](int i) { return live ? source(row, i) : make_float2(0.0f, 0.0f); });
    through_bins<true, false>(line, [&](int, int position, float2 value) {
        if (live) target(row, bin_at(position, n), value);
        return value;
    });
}

/** Other lengths: chirp [n], its spectrum in a transform of m numbers, divided by m. */
extern "C" __global__ void __launch_bounds__(512, 1) fourier_chirp_rows(FOURIER_SOURCE_PARAMETERS, FOURIER_TARGET_PARAMETERS,
        const float2* __restrict__ chirp, const float2* __restrict__ spectrum, int rows, int n, int m) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, m);
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    FourierSource source = FOURIER_SOURCE;
    FourierTarget target = FOURIER_TARGET;
    first_stage<false>(line, [&](int i) { return live && i < n ? source(row, i) * conjugate(chirp[i]) : make_float2(0.0f, 0.0f); });
    through_bins<true, true>(line, [&](int place, int, float2 value) { return value * spectrum[place]; });
    final_stage<false>(line, [&](int i, float2 value) {
        if (live && i < n) target(row, i, value * conjugate(chirp[i]));
    });
}

/** First pass of longer rows, from row `first` on: a transform of height * width numbers. chirp null: the row itself. */
extern "C" __global__ void __launch_bounds__(256, 3) fourier_pass_load(FOURIER_SOURCE_PARAMETERS, const float2* __restrict__ chirp,
        float2* __restrict__ mid, int n, int height, int width, int first) {
    DYNAMIC_SHARED(float2, shared);
    in_column(shared, height, width, [&](auto column) {
        FourierSource source = FOURIER_SOURCE;
        column_forward<false>(column,
                [&](int i) {
                    int at = i * column.width + column.n2;
                    float2 value = source(first + column.row, at);
                    return chirp != nullptr && at < n ? value * conjugate(chirp[at]) : value;
                },
                [&](int position, float2 value) { mid[column.at(position)] = value; });
    });
}

/** Second and last pass of a power of two: number row * height + position of k1, bin k1 + height k2; several of a block along y. */
extern "C" __global__ void __launch_bounds__(512, 1) fourier_pass_bins(const float2* __restrict__ mid, FOURIER_TARGET_PARAMETERS,
        int height, int width, int first) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, width);
    int n = height * width;
    FourierTarget target = FOURIER_TARGET;
    int number = blockIdx.x * blockDim.y + threadIdx.y;
    const float2* row = mid + static_cast<long long>(number) * width;
    int k1 = column_bin(number % height, height);
    first_stage<false>(line, [&](int i) { return row[i]; });
    through_bins<true, false>(line, [&](int, int position, float2 value) {
        target(first + static_cast<long long>(number) / height, k1 + height * bin_at(position, width), value);
        return value;
    });
}

/** Third pass of other lengths; the second is that of a convolution. */
extern "C" __global__ void __launch_bounds__(256, 3) fourier_pass_chirp_store(const float2* __restrict__ mid, FOURIER_TARGET_PARAMETERS,
        const float2* __restrict__ chirp, int n, int height, int width, int first) {
    DYNAMIC_SHARED(float2, shared);
    in_column(shared, height, width, [&](auto column) {
        FourierTarget target = FOURIER_TARGET;
        column_inverse<false>(column, [&](int position) { return mid[column.at(position)]; },
                [&](int i, float2 value) {
                    int k = i * column.width + column.n2;
                    if (k < n) target(first + column.row, k, value * conjugate(chirp[k]));
                });
    });
}
