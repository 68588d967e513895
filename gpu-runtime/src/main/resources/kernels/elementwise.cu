// Filling and copying.
#include "longwave.cuh"

/** target[i] = value, i < n. */
extern "C" __global__ void fill(float* __restrict__ target, float value, long long n) {
    for (long long i = first_element(); i < n; i += element_step()) target[i] = value;
}

/** target[i] += source[i], i < n. */
extern "C" __global__ void add_to(const float* __restrict__ source, float* __restrict__ target, long long n) {
    for (long long i = first_element(); i < n; i += element_step()) target[i] += source[i];
}
