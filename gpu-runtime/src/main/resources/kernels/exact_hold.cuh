// phi(step, A) = (e^(step A) - 1) / A of systems whose input is held exactly over a step, and what its gradient needs.
#pragma once
#include "longwave.cuh"

/** phi; its limit, the step, where A is next to nothing. */
__device__ __forceinline__ float exact_hold(float step, float a) {
    return fabsf(a) < 1e-30f ? step : expm1f(step * a) / a;
}

/**
 * d phi / dA = (step e^z - phi) / A with z = step A, given e^z and phi. The difference loses all digits for small z and is taken from its
 * series there, sum of z^k (k + 1) / (k + 2)!, whose next term is below 1e-7 of it.
 */
__device__ __forceinline__ float exact_hold_slope(float step, float a, float power, float phi) {
    float z = step * a;
    if (fabsf(z) < 0.5f) {
        float p = fmaf(z, 1.0f / 45360, 1.0f / 5760);
        p = fmaf(p, z, 1.0f / 840);
        p = fmaf(p, z, 1.0f / 144);
        p = fmaf(p, z, 1.0f / 30);
        p = fmaf(p, z, 1.0f / 8);
        p = fmaf(p, z, 1.0f / 3);
        p = fmaf(p, z, 0.5f);
        return step * step * p;
    }
    return (step * power - phi) / a;
}
