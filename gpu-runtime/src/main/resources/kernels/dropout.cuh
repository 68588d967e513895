// Which elements a dropout leaves out: the counter hash of io.longwave.kernel.Dropout, bit for bit.
#pragma once
#include "longwave.cuh"

/** What a dropout is made of, as its Java record gives it: `threshold` is rate 2^31 and `scale` is 1 / (1 - rate). */
struct DropoutRule {
    unsigned key;
    int span;
    unsigned threshold;
    float scale;

    /** What the element is multiplied by: 0 or the scale. Without dropout the threshold is 0 and the scale 1. */
    __device__ __forceinline__ float factor(unsigned element) const {
        if (threshold == 0) return scale;
        unsigned x = (span == 1 ? element : element / static_cast<unsigned>(span)) ^ key;
        x ^= x >> 16;
        x *= 0x7feb352du;
        x ^= x >> 15;
        x *= 0x846ca68bu;
        x ^= x >> 16;
        return x >> 1 >= threshold ? scale : 0.0f;
    }
};

__device__ __forceinline__ DropoutRule dropout_rule(int key, int span, int threshold, float scale) {
    return {static_cast<unsigned>(key), span, static_cast<unsigned>(threshold), scale};
}
