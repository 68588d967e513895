// Convolution of a sequence that arrives in pieces: see io.longwave.kernel.LongConvolution.proceed. A piece of S numbers meets a kernel of
// K taps; what it contributes to the K - 1 positions after it is kept in the tail [H, B, K - 1].
#include "longwave.cuh"

/**
 * Few numbers at a time, sum by sum: c[p] = Σ_s k[s] x[p - s] + tail[p] + skip x[p] for all positions p < S + K - 1 that the piece reaches.
 * The first S become y, the others the new tail, in place. Block = row (j, b), threads along p.
 */
extern "C" __global__ void long_convolution_tick(const float* __restrict__ u, const float* __restrict__ input_gate,
        const float* __restrict__ kernels, const float* __restrict__ skip, const float* __restrict__ output_gate, float* __restrict__ tail,
        float* __restrict__ y, int variates, int batch, int length, int taps, int channels_per_row) {
    DYNAMIC_SHARED(float, x);
    int j = blockIdx.x / batch, b = blockIdx.x % batch;
    long long in = (static_cast<long long>(j % variates) * batch + b) * length;
    long long out = static_cast<long long>(blockIdx.x) * length;
    const float* kernel = kernels + static_cast<long long>(j / channels_per_row) * taps;
    int kept = max(0, taps - 1);
    float* mine = tail + static_cast<long long>(blockIdx.x) * kept;
    for (int t = threadIdx.x; t < length; t += blockDim.x) x[t] = input_gate == nullptr ? u[in + t] : u[in + t] * input_gate[in + t];
    __syncthreads();
    int reached = length + kept;
    for (int first = 0; first < reached; first += blockDim.x) {
        int p = first + threadIdx.x;
        float c = 0.0f;
        if (p < reached) {
            for (int t = max(0, p - taps + 1); t < length && t <= p; t++) c += kernel[p - t] * x[t];
            if (skip != nullptr && p < length) c += skip[j] * x[p];
            if (p < kept) c += mine[p];
        }
        __syncthreads();  // tail[p - S] is written where p - S may be a position that others have just read, never one still to be read
        if (p < length) y[out + p] = output_gate == nullptr ? c : output_gate[out + p] * c;
        else if (p < reached) mine[p - length] = c;
    }
}

/**
 * The end of a longer piece: c [H][B][N] holds its own sums, positions 0 to N - 1 in the real and N to 2N - 1 in the imaginary parts. Adds
 * the tail, writes y and the new tail. Block = row (j, b).
 */
extern "C" __global__ void long_convolution_settle(const float2* __restrict__ sums, const float* __restrict__ output_gate,
        float* __restrict__ tail, float* __restrict__ y, int n, int length, int kept) {
    const float2* own = sums + static_cast<long long>(blockIdx.x) * n;
    long long out = static_cast<long long>(blockIdx.x) * length;
    float* mine = tail + static_cast<long long>(blockIdx.x) * kept;
    for (int first = 0; first < length + kept; first += blockDim.x) {
        int p = first + threadIdx.x;
        float c = 0.0f;
        if (p < length + kept) {
            c = p < n ? own[p].x : own[p - n].y;
            if (p < kept) c += mine[p];
        }
        __syncthreads();  // as in long_convolution_tick
        if (p < length) y[out + p] = output_gate == nullptr ? c : output_gate[out + p] * c;
        else if (p < length + kept) mine[p - length] = c;
    }
}
