// Rows [H, N] divided by their own norm: see io.longwave.kernel.RowNormalization. A block owns a row; row r is block r.
// double: sums of a row, so that the threshold on their mean is met as the float64 loop meets it.
#include "exact_sums.cuh"

/** norms[r] = sum of |a| for order 1, root of the sum of squares for order 2. */
extern "C" __global__ void row_normalization_norms(const float* __restrict__ a, int n, int order, double* __restrict__ norms) {
    __shared__ double slots[32];
    const float* row = a + static_cast<long long>(blockIdx.x) * n;
    double sum = 0.0;
    for (int i = threadIdx.x; i < n; i += blockDim.x) {
        double value = row[i];
        sum += order == 2 ? value * value : fabs(value);
    }
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) norms[blockIdx.x] = order == 2 ? sqrt(sum) : sum;
}

/**
 * normalized = a / norm, or a where the mean of all norms is at most `smallest` or the row's norm is 0; norms[r] is what was divided by, or 0. Every
 * block sums the norms of all rows in the same order: they are few.
 */
extern "C" __global__ void row_normalization_divide(const float* __restrict__ a, int rows, int n, const double* __restrict__ all_norms, float smallest,
        float* __restrict__ norms, float* __restrict__ normalized) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (int r = threadIdx.x; r < rows; r += blockDim.x) sum += all_norms[r];
    sum = exact_block_sum(sum, slots);
    float norm = sum / rows > smallest ? static_cast<float>(all_norms[blockIdx.x]) : 0.0f;
    long long start = static_cast<long long>(blockIdx.x) * n;
    for (int i = threadIdx.x; i < n; i += blockDim.x) normalized[start + i] = norm == 0.0f ? a[start + i] : a[start + i] / norm;
    if (threadIdx.x == 0) norms[blockIdx.x] = norm;
}

/** da = (dn - s (dn . normalized)) / norm, s being sign(a) for order 1 and normalized for order 2; dn where nothing was divided. */
extern "C" __global__ void row_normalization_backward(const float* __restrict__ a, int n, int order, const float* __restrict__ norms,
        const float* __restrict__ normalized, const float* __restrict__ dn, float* __restrict__ da, int accumulate) {
    __shared__ double slots[32];
    long long start = static_cast<long long>(blockIdx.x) * n;
    double sum = 0.0;
    for (int i = threadIdx.x; i < n; i += blockDim.x) sum += static_cast<double>(dn[start + i]) * normalized[start + i];
    float along = static_cast<float>(exact_block_sum(sum, slots));
    float norm = norms[blockIdx.x];
    for (int i = threadIdx.x; i < n; i += blockDim.x) {
        long long at = start + i;
        float slope = order == 2 ? normalized[at] : a[at] > 0.0f ? 1.0f : a[at] < 0.0f ? -1.0f : 0.0f;
        float d = norm == 0.0f ? dn[at] : (dn[at] - slope * along) / norm;
        da[at] = accumulate ? da[at] + d : d;
    }
}
