// One step of Adam with decoupled weight decay: see io.longwave.kernel.AdamW. One parameter a thread, in a grid-stride loop.
#include "longwave.cuh"

/**
 * m <- beta1 m + (1 - beta1) g, v <- beta2 v + (1 - beta2) g^2, p <- p - (decay p + rate m / (sqrt(v correction) + epsilon)).
 *
 * rate is the learning rate over 1 - beta1^t, correction is 1 / (1 - beta2^t), decay is the learning rate times the weight decay: small numbers that
 * keep their digits, where 1 - decay would lose them.
 */
extern "C" __global__ void adam_w_update(float* __restrict__ p, const float* __restrict__ g, float* __restrict__ m, float* __restrict__ v, long long n,
        float decay, float beta1, float rest1, float beta2, float rest2, float rate, float correction, float epsilon) {
    for (long long i = first_element(); i < n; i += element_step()) {
        float gradient = g[i];
        float first = beta1 * m[i] + rest1 * gradient;
        float second = beta2 * v[i] + rest2 * gradient * gradient;
        m[i] = first;
        v[i] = second;
        p[i] -= decay * p[i] + rate * first / (sqrtf(second * correction) + epsilon);
    }
}
