// What the kernels of long convolutions share: rows with their gates, kernels as complex rows, and where results go.
#pragma once

#include "row_transform.cuh"
#include "tap_regularization.cuh"

/** A row of numbers times its gate, zero outside of it. */
struct GatedRow {
    const float* values;
    const float* gate;  // null without one
    long long at;
    int length;

    __device__ __forceinline__ float operator()(int t) const {
        if (t < 0 || t >= length) return 0.0f;
        return gate == nullptr ? values[at + t] : values[at + t] * gate[at + t];
    }
};

/** Kernels of a launch: [rows][stride] of which `taps` are used, and the same for the future; both are regularised as they are loaded. */
struct KernelRows {
    const float* kernels;
    int taps, stride;
    const float* future;  // null without one
    int future_taps, future_stride, half_width;
    const float* threshold;  // null without one
};

/**
 * A kernel of the past from tap `before` on, and one of the future, as one complex row k[n] - i back[N - 1 - n]: modulo x^N - i, what the future's part
 * brings over the end comes back as a real number in front of its position.
 */
struct TwoSidedKernel {
    RegularTaps past, future;
    int before, past_taps, future_taps, n;

    __device__ __forceinline__ TwoSidedKernel(const KernelRows& rows, long long row, int before, int n, bool live) : before(before), n(n) {
        float threshold = threshold_at(rows.threshold);
        past = {rows.kernels + row * rows.stride, rows.stride, rows.half_width, threshold};
        future = {rows.future + row * rows.future_stride, rows.future_stride, rows.half_width, threshold};
        past_taps = live ? rows.taps - before : 0;
        future_taps = live && rows.future != nullptr ? rows.future_taps : 0;
    }

    template <bool SMOOTH> __device__ __forceinline__ static float tap(const RegularTaps& taps, int i) {
        return taps.squashed(SMOOTH ? taps.smoothed(i) : taps.row[i]);
    }

    template <bool SMOOTH> __device__ __forceinline__ float2 at(int i) const {
        int m = n - 1 - i;
        return make_float2(i < past_taps ? tap<SMOOTH>(past, before + i) : 0.0f, m < future_taps ? -tap<SMOOTH>(future, m) : 0.0f);
    }

    /** read(number of an element); in two versions, since loads of single taps are under way together and sums of neighbours are not. */
    template <class Read> __device__ __forceinline__ void through(Read read) const {
        if (past.half_width == 0) read([&](int i) { return at<false>(i); });
        else read([&](int i) { return at<true>(i); });
    }
};

/** Where the gradients of the two parts go. */
struct TwoSidedGradient {
    float* past;    // null where it is not wanted
    float* future;  // null where it is not wanted
    int past_taps, future_taps, n, accumulate;

    __device__ __forceinline__ void operator()(int i, float2 value) const {
        int m = n - 1 - i;
        if (past != nullptr && i < past_taps) past[i] = accumulate ? past[i] + value.x : value.x;
        if (future != nullptr && m < future_taps) future[m] = accumulate ? future[m] - value.y : -value.y;
    }
};

/** Spreads the gradient dx of x = gate u over u and the gate. */
struct GatedGradient {
    const float* u;
    const float* gate;  // null without one
    float* du;          // null where it is not wanted
    float* dgate;       // null where it is not wanted
    int accumulate;     // whether du is added to; dgate is

    __device__ __forceinline__ void operator()(long long at, float dx) const {
        if (dgate != nullptr) dgate[at] += u[at] * dx;
        if (du != nullptr) {
            float value = gate == nullptr ? dx : gate[at] * dx;
            du[at] = accumulate ? du[at] + value : value;
        }
    }
};

/** This thread's part of a whole row that one block transforms; threads of a row along x, rows of the block along y. */
__device__ __forceinline__ Line<RowMemory> whole_row(float2* shared, int n) {
    Line<RowMemory> line;
    line.z.numbers = shared + threadIdx.y * (n + n / 16);
    line.n = n;
    line.lane = threadIdx.x;
    line.lanes = blockDim.x;
    line.start = 0.0f;
    line.step = 0.5f / static_cast<float>(n);
    return line;
}

/**
 * Rows [J][B] taken one after the other, or, with several channels for a series, for each row of a series the rows of its channels: row
 * `number` of the group that begins with pair `first` of (series, b).
 */
struct RowOrder {
    int first, batch, series, channels_of_series;

    __device__ __forceinline__ int channel(int number) const {
        return (first + number / channels_of_series) / batch + number % channels_of_series * series;
    }
    __device__ __forceinline__ int b(int number) const { return (first + number / channels_of_series) % batch; }
};
