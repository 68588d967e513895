// What convolutions of rows on the tensor cores share beside their products: parameters, where rows are, and how their numbers come and go.
#pragma once

#include "async_copy.cuh"
#include "tensor_core.cuh"

/**
 * What a convolution of rows needs; see long_convolution_forward. `conjugated` makes it the gradient of its input,
 * `spectrum` and `scales` are what long_convolution_half_spectrum leaves.
 */
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

/** What a channel's skip adds to each bin of its spectrum, twice in a word. */
template <bool BF16> __device__ __forceinline__ unsigned scaled_skip(float skip, float scale) {
    float scaled = skip * __int_as_float((254 << 23) - __float_as_int(scale));  // the inverse of a power of two
    return pack<BF16>(scaled, scaled);
}
