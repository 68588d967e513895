// Softmax cross-entropy with class weights and label smoothing: see io.longwave.kernel.CrossEntropyLoss. logits, probabilities and their gradient
// are [C, B], b fastest. A thread owns a column b: lanes read neighbours at every class. class_weights may be null: all 1.
// double: one sum over the whole batch; it stays on the device.
#include "exact_sums.cuh"

/** What -ln p[c] is multiplied by in column b: (1 - e) w[y] where c is the label y, and e / C w[c] everywhere. */
__device__ __forceinline__ float cross_entropy_share(int c, int label, const float* class_weights, float kept, float spread) {
    float weight = class_weights != nullptr ? class_weights[c] : 1.0f;
    return (c == label ? kept * weight : 0.0f) + spread * weight;
}

/** Fills column b of the probabilities; gives the largest logit and ln of the sum of e^(logit - largest). */
__device__ __forceinline__ float2 cross_entropy_softmax(const float* logits, float* probabilities, int classes, int batch, int b) {
    float largest = -INFINITY;
    for (int c = 0; c < classes; c++) largest = fmaxf(largest, logits[static_cast<long long>(c) * batch + b]);
    float sum = 0.0f;
    for (int c = 0; c < classes; c++) {
        float power = expf(logits[static_cast<long long>(c) * batch + b] - largest);
        probabilities[static_cast<long long>(c) * batch + b] = power;
        sum += power;
    }
    for (int c = 0; c < classes; c++) probabilities[static_cast<long long>(c) * batch + b] /= sum;
    return make_float2(largest, logf(sum));
}

extern "C" __global__ void cross_entropy_loss_probabilities(const float* __restrict__ logits, float* __restrict__ probabilities, int classes,
        int batch) {
    int b = static_cast<int>(first_element());
    if (b < batch) cross_entropy_softmax(logits, probabilities, classes, batch, b);
}

/** The probabilities, and parts[block] = sum over the columns of this block of the shares of -ln p. */
extern "C" __global__ void cross_entropy_loss_parts(const float* __restrict__ logits, const int* __restrict__ labels,
        const float* __restrict__ class_weights, float kept, float spread, float* __restrict__ probabilities, int classes, int batch,
        double* __restrict__ parts) {
    __shared__ double slots[32];
    int b = static_cast<int>(first_element());
    double sum = 0.0;
    if (b < batch) {
        float2 normalizer = cross_entropy_softmax(logits, probabilities, classes, batch, b);
        for (int c = 0; c < classes; c++) {
            float share = cross_entropy_share(c, labels[b], class_weights, kept, spread);
            // the largest comes off first: its size would hide the logarithm
            sum -= static_cast<double>(share) * (logits[static_cast<long long>(c) * batch + b] - normalizer.x - normalizer.y);
        }
    }
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

/** One block: loss[slot] = sum of the parts / weights. */
extern "C" __global__ void cross_entropy_loss_total(const double* __restrict__ parts, int blocks, float weights, float* __restrict__ loss, int slot) {
    __shared__ double slots[32];
    double sum = 0.0;
    for (int i = threadIdx.x; i < blocks; i += blockDim.x) sum += parts[i];
    sum = exact_block_sum(sum, slots);
    if (threadIdx.x == 0) loss[slot] = static_cast<float>(sum / weights);
}

/**
 * dz[c, b] = scale (p[c, b] sum of shares - share of c), scale being the weight of the loss over the weights of the labels; spread_sum is the part
 * of the sum that is the same in all columns.
 */
extern "C" __global__ void cross_entropy_loss_backward(const float* __restrict__ probabilities, const int* __restrict__ labels,
        const float* __restrict__ class_weights, float kept, float spread, float spread_sum, float scale, float* __restrict__ dz, int classes,
        int batch, int accumulate) {
    int b = static_cast<int>(first_element());
    if (b >= batch) return;
    int label = labels[b];
    float shares = spread_sum + kept * (class_weights != nullptr ? class_weights[label] : 1.0f);
    for (int c = 0; c < classes; c++) {
        long long at = static_cast<long long>(c) * batch + b;
        float d = scale * (shares * probabilities[at] - cross_entropy_share(c, label, class_weights, kept, spread));
        dz[at] = accumulate ? dz[at] + d : d;
    }
}
