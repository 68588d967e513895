// One step of Adam with decoupled weight decay: see io.longwave.kernel.AdamW. One tensor in a grid-stride loop, or all tensors of a model in one
// launch, a block for a stretch of one of them.
// double: the norm of all gradients of a model, a sum of squares of millions of numbers.
#include "exact_sums.cuh"

/**
 * rate is the learning rate over 1 - beta1^t, correction is 1 / (1 - beta2^t), decay is the learning rate times the weight decay: small numbers that
 * keep their digits, where 1 - decay would lose them.
 */
struct AdamWNumbers {
    float decay, beta1, rest1, beta2, rest2, rate, correction, epsilon;
};

/** A row of the table of a model; CudaAdamW writes it. */
struct AdamWTensor {
    float* p;
    const float* g;
    float* m;
    float* v;
    long long n;
    AdamWNumbers numbers;
};

/** m <- beta1 m + (1 - beta1) g, v <- beta2 v + (1 - beta2) g^2, p <- p - (decay p + rate m / (sqrt(v correction) + epsilon)). */
__device__ __forceinline__ void adam_w_move(float* p, float gradient, float* m, float* v, long long i, const AdamWNumbers& numbers) {
    float first = numbers.beta1 * m[i] + numbers.rest1 * gradient;
    float second = numbers.beta2 * v[i] + numbers.rest2 * gradient * gradient;
    m[i] = first;
    v[i] = second;
    p[i] -= numbers.decay * p[i] + numbers.rate * first / (sqrtf(second * numbers.correction) + numbers.epsilon);
}

/** One tensor of n numbers. */
extern "C" __global__ void adam_w_update(float* __restrict__ p, const float* __restrict__ g, float* __restrict__ m, float* __restrict__ v, long long n,
        float decay, float beta1, float rest1, float beta2, float rest2, float rate, float correction, float epsilon) {
    AdamWNumbers numbers = {decay, beta1, rest1, beta2, rest2, rate, correction, epsilon};
    for (long long i = first_element(); i < n; i += element_step()) adam_w_move(p, g[i], m, v, i, numbers);
}

// io.longwave.kernel.cuda.TensorTable makes the table: for each block the row of its tensor, and in the upper half which of its stretches it has. The
// rows come after.

/** squares[block] = sum of g^2 over the block's stretch. */
extern "C" __global__ void adam_w_squares(const long long* __restrict__ table, int stretch, double* __restrict__ squares) {
    __shared__ double slots[32];
    long long job = table[blockIdx.x];
    const AdamWTensor& tensor = reinterpret_cast<const AdamWTensor*>(table + gridDim.x)[job & 0xffffffff];
    long long from = (job >> 32) * stretch, to = min(tensor.n, from + stretch);
    const float* g = tensor.g;
    double sum = 0.0;
    for (long long i = from + threadIdx.x; i < to; i += blockDim.x) sum += static_cast<double>(g[i]) * g[i];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) squares[blockIdx.x] = sum;
}

/** One block: the norm of all gradients, and what to multiply them with so that it is at most `most`. */
extern "C" __global__ void adam_w_norm(const double* __restrict__ squares, int count, float most, float* __restrict__ norm,
        float* __restrict__ scale) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (int i = threadIdx.x; i < count; i += blockDim.x) sum += squares[i];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) {
        double found = sqrt(sum);
        norm[0] = static_cast<float>(found);
        scale[0] = found > most ? static_cast<float>(most / found) : 1.0f;
    }
}

/** The update of all tensors, by gradients times scale[0], or as they are where scale is null. */
extern "C" __global__ void adam_w_update_all(const long long* __restrict__ table, int stretch, const float* __restrict__ scale) {
    long long job = table[blockIdx.x];
    const AdamWTensor& tensor = reinterpret_cast<const AdamWTensor*>(table + gridDim.x)[job & 0xffffffff];
    long long from = (job >> 32) * stretch, to = min(tensor.n, from + stretch);
    float* p = tensor.p;
    const float* g = tensor.g;
    float* m = tensor.m;
    float* v = tensor.v;
    AdamWNumbers numbers = tensor.numbers;
    float factor = scale == nullptr ? 1.0f : scale[0];
    for (long long i = from + threadIdx.x; i < to; i += blockDim.x) adam_w_move(p, factor * g[i], m, v, i, numbers);
}
