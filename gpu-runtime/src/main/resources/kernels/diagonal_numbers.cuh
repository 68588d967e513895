// Trained numbers of diagonal systems and what they stand for, see io.longwave.kernel.DiagonalKernel. A mode m of channel h has the shared numbers
// (h mod copies) n + m, and the step size h n + m or h.
// double: powers up to the length of a sequence, and sums near a resonance, amplify what is rounded here; these are H n modes and no more.
#pragma once

#include "longwave.cuh"

static constexpr int DIAGONAL_EXP = 1, DIAGONAL_SOFTPLUS = 2, DIAGONAL_RELU = 3, DIAGONAL_SIGMOID = 4;  // 0 leaves a number as it is

struct DiagonalComplex {
    double re, im;
};

__device__ __forceinline__ DiagonalComplex diagonal_times(DiagonalComplex a, DiagonalComplex b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/** a conj(b). */
__device__ __forceinline__ DiagonalComplex diagonal_back(DiagonalComplex a, DiagonalComplex b) {
    return {a.re * b.re + a.im * b.im, a.im * b.re - a.re * b.im};
}

/** e^x - 1 without the loss of digits near 0. */
__device__ __forceinline__ DiagonalComplex diagonal_exp_minus_one(DiagonalComplex x) {
    double turns = x.im * 0.15915494309189533577;  // whole turns are taken off: sincos of any number would need local memory
    turns -= rint(turns);
    double sine, cosine, half, unused;
    sincospi(2.0 * turns, &sine, &cosine);
    sincospi(turns, &half, &unused);  // its sign does not matter
    return {expm1(x.re) * cosine - 2.0 * half * half, exp(x.re) * sine};
}

__device__ __forceinline__ double diagonal_logistic(double x) {
    double small = exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : small) / (1.0 + small);
}

/** What a trained number stands for. */
__device__ __forceinline__ double diagonal_value(int transform, double x) {
    if (transform == DIAGONAL_EXP) return exp(x);
    if (transform == DIAGONAL_SOFTPLUS) return fmax(x, 0.0) + log1p(exp(-fabs(x)));
    if (transform == DIAGONAL_RELU) return fmax(x, 0.0) + 1e-4;
    return transform == DIAGONAL_SIGMOID ? diagonal_logistic(x) : x;
}

/** The derivative of that. */
__device__ __forceinline__ double diagonal_slope(int transform, double x) {
    if (transform == DIAGONAL_EXP) return exp(x);
    if (transform == DIAGONAL_SOFTPLUS) return diagonal_logistic(x);
    if (transform == DIAGONAL_RELU) return x > 0.0 ? 1.0 : 0.0;
    return transform == DIAGONAL_SIGMOID ? diagonal_logistic(x) * diagonal_logistic(-x) : 1.0;
}
