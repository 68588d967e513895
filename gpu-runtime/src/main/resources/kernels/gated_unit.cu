// Gated linear unit y = a sigmoid(b): see io.longwave.kernel.GatedUnit. One element a thread, in a grid-stride loop.
#include "longwave.cuh"

/** x is [2][n], a over b; y is [n]. */
extern "C" __global__ void gated_unit_forward(const float* __restrict__ x, float* __restrict__ y, long long n, int accumulate) {
    for (long long i = first_element(); i < n; i += element_step()) {
        float value = x[i] * sigmoid(x[n + i]);
        y[i] = accumulate ? y[i] + value : value;
    }
}

/** da = dy sigmoid(b), db = dy a sigmoid(b) (1 - sigmoid(b)); x and dx are [2][n], dy is [n]. dx is never x. */
extern "C" __global__ void gated_unit_backward(const float* __restrict__ x, const float* __restrict__ dy, float* __restrict__ dx, long long n,
        int accumulate) {
    for (long long i = first_element(); i < n; i += element_step()) {
        float gate = sigmoid(x[n + i]);
        float da = dy[i] * gate;
        float db = dy[i] * x[i] * gate * (1.0f - gate);
        dx[i] = accumulate ? dx[i] + da : da;
        dx[n + i] = accumulate ? dx[n + i] + db : db;
    }
}
