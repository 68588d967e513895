// Sequences [H, B, L] of different lengths brought to one number per channel: see io.longwave.kernel.TimePooling. Row r = h B + b has
// lengths[r % B] steps. A block owns a row; row r is block r.
#include "exact_sums.cuh"

/** out[r] = mean of the first steps of row r. double: the contract sums in double, and memory is what takes the time. */
extern "C" __global__ void time_pooling_mean(const float* __restrict__ x, const int* __restrict__ lengths, int batch, int steps,
        float* __restrict__ out) {
    __shared__ double slots[32];
    int length = lengths[blockIdx.x % batch];
    const float* row = x + static_cast<long long>(blockIdx.x) * steps;
    double sum = 0.0;
    for (int t = threadIdx.x; t < length; t += blockDim.x) sum += row[t];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) out[blockIdx.x] = static_cast<float>(sum / length);
}

/** dx[r, t] = dy[r] / length before the length, 0 past it. */
extern "C" __global__ void time_pooling_mean_backward(const float* __restrict__ dy, const int* __restrict__ lengths, int batch, int steps,
        float* __restrict__ dx, int accumulate) {
    int length = lengths[blockIdx.x % batch];
    float share = dy[blockIdx.x] / static_cast<float>(length);
    float* row = dx + static_cast<long long>(blockIdx.x) * steps;
    for (int t = threadIdx.x; t < steps; t += blockDim.x) {
        float d = t < length ? share : 0.0f;
        row[t] = accumulate ? row[t] + d : d;
    }
}

/** out[r] = x[r, length - 1], one row a thread, in a grid-stride loop over `rows`. */
extern "C" __global__ void time_pooling_last(const float* __restrict__ x, const int* __restrict__ lengths, int batch, int steps,
        float* __restrict__ out, long long rows) {
    for (long long r = first_element(); r < rows; r += element_step()) out[r] = x[r * steps + lengths[r % batch] - 1];
}

/** dx[r, length - 1] = dy[r], 0 elsewhere. */
extern "C" __global__ void time_pooling_last_backward(const float* __restrict__ dy, const int* __restrict__ lengths, int batch, int steps,
        float* __restrict__ dx, int accumulate) {
    int last = lengths[blockIdx.x % batch] - 1;
    float* row = dx + static_cast<long long>(blockIdx.x) * steps;
    for (int t = threadIdx.x; t < steps; t += blockDim.x) {
        float d = t == last ? dy[blockIdx.x] : 0.0f;
        row[t] = accumulate ? row[t] + d : d;
    }
}

/** x[r, t] = 0 from the length on. */
extern "C" __global__ void time_pooling_clear_past(float* __restrict__ x, const int* __restrict__ lengths, int batch, int steps) {
    float* row = x + static_cast<long long>(blockIdx.x) * steps;
    for (int t = lengths[blockIdx.x % batch] + threadIdx.x; t < steps; t += blockDim.x) row[t] = 0.0f;
}
