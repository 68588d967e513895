// One number after another: out[i] = f(a[i], b[i], i), read and written four at a time so that enough bytes are under way to fill the memory bus.
#pragma once
#include "longwave.cuh"

/**
 * Runs over n numbers in a grid-stride loop, one quad a thread and turn. Arrays start on 16 bytes; b may be null, f then sees 0. `out` may be one
 * of the others: a thread reads what it writes before it writes. Launch over ceil(n / 4) elements.
 */
template <class F>
__device__ __forceinline__ void map_elements(const float* a, const float* b, float* out, long long n, int accumulate, F f) {
    long long quads = n / 4;
    for (long long q = first_element(); q < quads; q += element_step()) {
        float4 u = reinterpret_cast<const float4*>(a)[q];
        float4 v = b != nullptr ? reinterpret_cast<const float4*>(b)[q] : float4{0.0f, 0.0f, 0.0f, 0.0f};
        float4 r = {f(u.x, v.x, 4 * q), f(u.y, v.y, 4 * q + 1), f(u.z, v.z, 4 * q + 2), f(u.w, v.w, 4 * q + 3)};
        if (accumulate) {
            float4 before = reinterpret_cast<const float4*>(out)[q];
            r = {before.x + r.x, before.y + r.y, before.z + r.z, before.w + r.w};
        }
        reinterpret_cast<float4*>(out)[q] = r;
    }
    for (long long i = 4 * quads + first_element(); i < n; i += element_step()) {
        float r = f(a[i], b != nullptr ? b[i] : 0.0f, i);
        out[i] = accumulate ? out[i] + r : r;
    }
}
