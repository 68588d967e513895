// Taps of kernels as they are convolved, squash(smooth(k)): see io.longwave.kernel.TapRegularization.
#pragma once

#include "longwave.cuh"

/** A row of K taps. Smooth is the mean of 2p + 1 neighbours, taps outside the row counting as 0; squash is the soft threshold λ. 0 leaves out its step. */
struct RegularTaps {
    const float* row;
    int count, half_width;
    float threshold;

    __device__ __forceinline__ float smoothed(int i) const {
        float sum = 0.0f;
        int last = static_cast<int>(min(count - 1LL, static_cast<long long>(i) + half_width));
        for (int m = max(0, i - half_width); m <= last; m++) sum += row[m];
        return sum / (2.0f * static_cast<float>(half_width) + 1.0f);
    }

    __device__ __forceinline__ float squashed(float k) const {
        return threshold > 0.0f ? copysignf(fmaxf(fabsf(k) - threshold, 0.0f), k) : k;
    }

    __device__ __forceinline__ float operator()(int i) const { return squashed(half_width == 0 ? row[i] : smoothed(i)); }
};

/** λ, where there is one. */
__device__ __forceinline__ float threshold_at(const float* threshold) { return threshold == nullptr ? 0.0f : *threshold; }
