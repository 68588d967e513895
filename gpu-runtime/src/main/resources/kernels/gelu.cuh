// Gaussian error linear unit x Phi(x), exact: Phi(x) = erfc(-x / sqrt 2) / 2 keeps its digits on both tails.
#pragma once
#include "longwave.cuh"

__device__ __forceinline__ float normal_probability(float x) { return 0.5f * erfcf(-0.70710678f * x); }

__device__ __forceinline__ float gelu_value(float x) { return x * normal_probability(x); }

/** Phi(x) + x phi(x). */
__device__ __forceinline__ float gelu_slope(float x) { return normal_probability(x) + x * 0.3989422804f * expf(-0.5f * x * x); }
