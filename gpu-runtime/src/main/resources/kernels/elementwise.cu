// Filling and copying.
#include "longwave.cuh"

/** target[i] = value, i < n. */
extern "C" __global__ void fill(float* __restrict__ target, float value, long long n) {
    for (long long i = first_element(); i < n; i += element_step()) target[i] = value;
}

/** A row of the table of a list of tensors. */
struct ClearedTensor {
    float* to;
    long long n;
};

/** Zeros for all tensors of a table as io.longwave.kernel.cuda.TensorTable makes it; a block has a stretch of one. */
extern "C" __global__ void clear_all(const long long* __restrict__ table, int stretch) {
    long long job = table[blockIdx.x];
    const ClearedTensor& tensor = reinterpret_cast<const ClearedTensor*>(table + gridDim.x)[job & 0xffffffff];
    float* to = tensor.to;
    long long from = (job >> 32) * stretch, end = min(tensor.n, from + stretch);
    for (long long i = from + threadIdx.x; i < end; i += blockDim.x) to[i] = 0.0f;
}

/** target[i] += source[i], i < n. */
extern "C" __global__ void add_to(const float* __restrict__ source, float* __restrict__ target, long long n) {
    for (long long i = first_element(); i < n; i += element_step()) target[i] += source[i];
}
