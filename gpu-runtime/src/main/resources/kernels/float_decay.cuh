// Exponentials of the streaming steps, to the bit what io.longwave.kernel.FloatDecay and FloatGelu say: all sets of kernels step a series
// alike. Products that are added to something go through __fmul_rn, so that no compiler makes one rounding of two.
#pragma once
#include "longwave.cuh"

static constexpr float DECAY_LOG2_E = 1.442695f;
static constexpr float DECAY_SMALLEST_EXPONENT = -87.0f;
static constexpr float DECAY_ROUND = 12582912.0f;
static constexpr float DECAY_Q1 = 0.693147f;
static constexpr float DECAY_Q2 = 0.24022242f;
static constexpr float DECAY_Q3 = 0.055507336f;
static constexpr float DECAY_Q4 = 0.009671513f;
static constexpr float DECAY_Q5 = 0.0013264727f;
static constexpr float DECAY_L0 = 2.0f;
static constexpr float DECAY_L1 = 0.6666632f;
static constexpr float DECAY_L2 = 0.4002491f;
static constexpr float DECAY_L3 = 0.279606f;
static constexpr float DECAY_L4 = 0.28178334f;
/** FloatDecay.REST, 2^-60. */
static constexpr float DECAY_REST = 8.67361737988403547206e-19f;

/** 2^y for y <= 0, at least 2^-87; NaN stays NaN. */
__device__ __forceinline__ float decay_exp2(float y) {
    float bounded = y < DECAY_SMALLEST_EXPONENT ? DECAY_SMALLEST_EXPONENT : y;
    float shifted = __fadd_rn(bounded, DECAY_ROUND);
    float r = __fadd_rn(bounded, -__fadd_rn(shifted, -DECAY_ROUND));
    float p = fmaf(DECAY_Q5, r, DECAY_Q4);
    p = fmaf(p, r, DECAY_Q3);
    p = fmaf(p, r, DECAY_Q2);
    p = fmaf(p, r, DECAY_Q1);
    p = fmaf(p, r, 1.0f);
    return __uint_as_float(__float_as_uint(p) + (__float_as_uint(shifted) << 23));
}

/** 2^y - 1 for y <= 0 with a small relative error near 0. */
__device__ __forceinline__ float decay_exp2_minus_1(float y) {
    float bounded = y < DECAY_SMALLEST_EXPONENT ? DECAY_SMALLEST_EXPONENT : y;
    float shifted = __fadd_rn(bounded, DECAY_ROUND);
    float r = __fadd_rn(bounded, -__fadd_rn(shifted, -DECAY_ROUND));
    float q = fmaf(DECAY_Q5, r, DECAY_Q4);
    q = fmaf(q, r, DECAY_Q3);
    q = fmaf(q, r, DECAY_Q2);
    q = fmaf(q, r, DECAY_Q1);
    q = __fmul_rn(q, r);
    float power = __uint_as_float((__float_as_uint(shifted) << 23) + 0x3f800000u);
    return fmaf(q, power, __fadd_rn(power, -1.0f));
}

/** ln(1 + e^v). */
__device__ __forceinline__ float decay_softplus(float v) {
    float e = decay_exp2(__fmul_rn(-fabsf(v), DECAY_LOG2_E));
    float s = e / __fadd_rn(2.0f, e);
    float w = __fmul_rn(s, s);
    float p = fmaf(DECAY_L4, w, DECAY_L3);
    p = fmaf(p, w, DECAY_L2);
    p = fmaf(p, w, DECAY_L1);
    p = fmaf(p, w, DECAY_L0);
    return fmaf(p, s, v < 0.0f ? 0.0f : v);
}

/** 1 / (1 + e^-v). */
__device__ __forceinline__ float decay_sigmoid(float v) {
    float e = decay_exp2(__fmul_rn(-fabsf(v), DECAY_LOG2_E));
    float s = 1.0f / __fadd_rn(1.0f, e);
    return v < 0.0f ? __fmul_rn(e, s) : s;
}

/** x Phi(x) as FloatGelu.value. */
__device__ __forceinline__ float decay_gelu(float x) {
    const float smallest = -60.0f;
    const float slope_of_t = 0.3275911f * 0.70710678f;
    float exponent = __fmul_rn(__fmul_rn(x, x), -0.5f);
    float y = exponent < smallest ? smallest : exponent;
    float shifted = __fadd_rn(__fmul_rn(y, 1.442695f), DECAY_ROUND);
    float n = __fadd_rn(shifted, -DECAY_ROUND);
    float r = fmaf(n, -0.693359375f, y);
    r = fmaf(n, 2.12194440e-4f, r);
    float p = fmaf(1.3888889e-3f, r, 8.3333333e-3f);
    p = fmaf(p, r, 4.1666668e-2f);
    p = fmaf(p, r, 1.6666667e-1f);
    p = fmaf(p, r, 0.5f);
    p = fmaf(p, r, 1.0f);
    p = fmaf(p, r, 1.0f);
    float power = __uint_as_float((__float_as_uint(shifted) << 23) + 0x3f800000u);
    float gauss = exponent < smallest ? 0.0f : __fmul_rn(p, power);
    float t = 1.0f / fmaf(fabsf(x), slope_of_t, 1.0f);
    float q = fmaf(1.061405429f, t, -1.453152027f);
    q = fmaf(q, t, 1.421413741f);
    q = fmaf(q, t, -0.284496736f);
    q = fmaf(q, t, 0.254829592f);
    float tail = __fmul_rn(__fmul_rn(__fmul_rn(q, t), gauss), 0.5f);
    return __fmul_rn(x, x < 0.0f ? tail : __fadd_rn(1.0f, -tail));
}
