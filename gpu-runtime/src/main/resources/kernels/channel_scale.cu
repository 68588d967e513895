// Skip connections y[j] += skip[j] u[j mod V] and their gradients, rows [channel][run], run = B L: see
// io.longwave.kernel.CausalConvolution. Block channel * slices + slice takes every slices-th stretch of a channel.
#include "longwave.cuh"

extern "C" __global__ void channel_scale_add(const float* __restrict__ u, const float* __restrict__ skip, float* __restrict__ y,
        int variates, long long run, int slices) {
    int j = blockIdx.x / slices;
    const float* in = u + j % variates * run;
    float* out = y + j * run;
    float factor = skip[j];
    for (long long i = blockIdx.x % slices * blockDim.x + threadIdx.x; i < run; i += slices * blockDim.x) out[i] += factor * in[i];
}

/** du[v] += Σ skip[j] dy[j] over the channels j = v, v + V, ... in this order. */
extern "C" __global__ void channel_scale_input_gradient(const float* __restrict__ dy, const float* __restrict__ skip,
        float* __restrict__ du, int variates, int channels, long long run, int slices) {
    int v = blockIdx.x / slices;
    float* out = du + v * run;
    for (long long i = blockIdx.x % slices * blockDim.x + threadIdx.x; i < run; i += slices * blockDim.x) {
        float sum = 0.0f;
        for (int j = v; j < channels; j += variates) sum += skip[j] * dy[j * run + i];
        out[i] += sum;
    }
}

/**
 * sums[j * parts + part] = Σ gate dy · input gate u over `share` numbers of the run of channel j; gates may be null. Block j * parts +
 * part.
 */
extern "C" __global__ void channel_scale_dots(const float* __restrict__ u, const float* __restrict__ input_gate,
        const float* __restrict__ dy, const float* __restrict__ output_gate, float* __restrict__ sums, int variates, long long run,
        int parts, int share) {
    __shared__ float slots[32];
    int j = blockIdx.x / parts;
    long long in = j % variates * run, out = j * run;
    long long from = static_cast<long long>(blockIdx.x % parts) * share, to = min(run, from + share);
    float sum = 0.0f;
    for (long long i = from + threadIdx.x; i < to; i += blockDim.x) {
        float x = input_gate == nullptr ? u[in + i] : input_gate[in + i] * u[in + i];
        float dc = output_gate == nullptr ? dy[out + i] : output_gate[out + i] * dy[out + i];
        sum += x * dc;
    }
    sum = block_sum(sum, slots);
    if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

/** dskip[j] += the parts of channel j in order. */
extern "C" __global__ void channel_scale_gradient(const float* __restrict__ sums, float* __restrict__ dskip, int channels, int parts) {
    for (long long j = first_element(); j < channels; j += element_step()) {
        float sum = 0.0f;
        for (int part = 0; part < parts; part++) sum += sums[j * parts + part];
        dskip[j] += sum;
    }
}
