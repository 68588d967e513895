// y = x times 0 or 1 / (1 - rate): see io.longwave.kernel.DropoutMask. One quad of elements a thread and turn.
#include "dropout.cuh"
#include "elements.cuh"

/** x and y are [n] and may be one array when nothing is accumulated; elements are counted in the order of memory. */
extern "C" __global__ void dropout_mask_apply(const float* x, float* y, long long n, int key, int span, int threshold, float scale, int accumulate) {
    DropoutRule rule = dropout_rule(key, span, threshold, scale);
    map_elements(x, nullptr, y, n, accumulate, [=](float value, float, long long i) {
        float factor = rule.factor(static_cast<unsigned>(i));
        return factor == 0.0f ? 0.0f : factor * value;  // what is dropped is 0 even where it is no number
    });
}
