// Points of the unit circle in double, for the compiler alone: what tables and constants are rounded from.
#pragma once

#include "longwave.cuh"

/** cos(2π turns). */
__host__ __device__ constexpr double cosine_of(double turns) {
    double x = 6.283185307179586476925 * (turns - static_cast<double>(static_cast<long long>(turns)));
    double sum = 1, term = 1;
    for (int i = 1; term > 1e-20 || term < -1e-20; i++) {
        term *= -x * x / ((2 * i - 1) * (2 * i));
        sum += term;
    }
    return sum;
}

/** exp(πi half_turns). */
struct ExactTurn {
    double x, y;

    __host__ __device__ constexpr explicit ExactTurn(double half_turns)
        : x(cosine_of(0.5 * half_turns)), y(cosine_of(0.5 * half_turns - 0.25)) {}
};
