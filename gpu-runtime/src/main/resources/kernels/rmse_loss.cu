// Root mean square error between stretches of the last axis: see io.longwave.kernel.RmseLoss. p is [R, pLength], q is [R, qLength]; the stretches
// start at pFrom and qFrom and have `count` elements; n = R count.
// double: the contract sums in double; the sum stays on the device.
#include "exact_sums.cuh"

/** parts[block] = sum of squared differences over the elements this block came by. */
extern "C" __global__ void rmse_loss_parts(const float* __restrict__ p, int p_length, int p_from, const float* __restrict__ q, int q_length, int q_from,
        int count, int n, double* __restrict__ parts) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (long long at = first_element(); at < n; at += element_step()) {
        int r = static_cast<int>(at) / count;
        int i = static_cast<int>(at) - r * count;
        double e = static_cast<double>(p[static_cast<long long>(r) * p_length + p_from + i]) - q[static_cast<long long>(r) * q_length + q_from + i];
        sum += e * e;
    }
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

/** One block: loss[slot] = sqrt(sum of the parts / n). */
extern "C" __global__ void rmse_loss_total(const double* __restrict__ parts, int blocks, int n, float* __restrict__ loss, int slot) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (int i = threadIdx.x; i < blocks; i += blockDim.x) sum += parts[i];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) loss[slot] = static_cast<float>(sqrt(sum / n));
}

/**
 * da = weight (a - b) / (n loss) inside the stretch of a, 0 elsewhere and where the loss is 0: one element of da a thread, in a grid-stride loop over
 * its `size`. With a = p for dp; for dq, which is -dp, with a = q and accumulating.
 */
extern "C" __global__ void rmse_loss_backward(const float* __restrict__ a, int a_length, int a_from, const float* __restrict__ b, int b_length,
        int b_from, int count, int size, const float* __restrict__ loss, int slot, float weight_over_n, float* __restrict__ da, int accumulate) {
    float value = loss[slot];
    float scale = value == 0.0f ? 0.0f : weight_over_n / value;
    for (long long at = first_element(); at < size; at += element_step()) {
        int r = static_cast<int>(at) / a_length;
        int i = static_cast<int>(at) - r * a_length - a_from;
        float d = i >= 0 && i < count ? scale * (a[at] - b[static_cast<long long>(r) * b_length + b_from + i]) : 0.0f;
        da[at] = accumulate ? da[at] + d : d;
    }
}
