// Causal convolutions with few taps, sum by sum: see io.longwave.kernel.CausalConvolution and LongConvolution.
//
//   y[j, b, t] = gate (Σ_{s ≤ t, s < K} k[row(j), s] x[series(j), b, t - s] + skip[j] x[series(j), b, t]),   x = input gate · u
//
// Gates and skip may be null. u [V, B, L], y [H, B, L], k [R, K]. A block has a tile of TILE = 4 blockDim.x positions of one row; the tile
// of x with the K - 1 numbers before it (or after it, for the gradient) and the kernel row lie in shared memory. A thread has positions a
// blockDim.x apart, so that neighbours load and store neighbours, in memory and in shared memory.
#include "convolution_rows.cuh"

constexpr int CAUSAL_PER_THREAD = 4;

/** Grid: blocks of one row, one after the other, for all rows (j, b). Shared: tile + K - 1 numbers of x, K taps. */
extern "C" __global__ void causal_convolution_forward(const float* __restrict__ u, const float* __restrict__ input_gate,
        const float* __restrict__ kernels, const float* __restrict__ skip, const float* output_gate, float* y, int variates, int batch,
        int length, int taps, int stride, int channels_per_row, int tiles, int accumulate) {
    DYNAMIC_SHARED(float, window);
    int tile = CAUSAL_PER_THREAD * blockDim.x;
    float* kernel = window + tile + taps - 1;
    int row = blockIdx.x / tiles, from = blockIdx.x % tiles * tile;
    int j = row / batch, b = row % batch;
    GatedRow x = {u, input_gate, (static_cast<long long>(j % variates) * batch + b) * length, length};
    long long out = static_cast<long long>(row) * length;
    for (int i = threadIdx.x; i < tile + taps - 1; i += blockDim.x) window[i] = x(from - (taps - 1) + i);
    for (int s = threadIdx.x; s < taps; s += blockDim.x) kernel[s] = kernels[static_cast<long long>(j / channels_per_row) * stride + s];
    __syncthreads();
    float sums[CAUSAL_PER_THREAD] = {};
    const float* mine = window + threadIdx.x + taps - 1;
    for (int s = 0; s < taps; s++) {
        float k = kernel[s];
#pragma unroll
        for (int i = 0; i < CAUSAL_PER_THREAD; i++) sums[i] += k * mine[static_cast<int>(i * blockDim.x) - s];
    }
#pragma unroll
    for (int i = 0; i < CAUSAL_PER_THREAD; i++) {
        int t = from + i * blockDim.x + threadIdx.x;
        if (t >= length) continue;
        float c = skip == nullptr ? sums[i] : sums[i] + skip[j] * mine[i * blockDim.x];
        float value = output_gate == nullptr ? c : output_gate[out + t] * c;
        y[out + t] = accumulate ? y[out + t] + value : value;
    }
}

/**
 * dx[t] = Σ_j (Σ_s k[row(j), s] dc[j, b, t + s] + skip[j] dc[j, b, t]) over the channels of a series, spread over u and its gate. Grid:
 * rows (v, b).
 */
extern "C" __global__ void causal_convolution_input_gradient(const float* __restrict__ dy, const float* __restrict__ output_gate,
        const float* __restrict__ kernels, const float* __restrict__ skip, const float* u, const float* input_gate, float* du,
        float* dgate, int variates, int channels, int batch, int length, int taps, int stride, int channels_per_row, int tiles,
        int accumulate) {
    DYNAMIC_SHARED(float, window);
    int tile = CAUSAL_PER_THREAD * blockDim.x;
    float* kernel = window + tile + taps - 1;
    int row = blockIdx.x / tiles, from = blockIdx.x % tiles * tile;
    int v = row / batch, b = row % batch;
    float sums[CAUSAL_PER_THREAD] = {};
    const float* mine = window + threadIdx.x;
    for (int j = v; j < channels; j += variates) {
        GatedRow dc = {dy, output_gate, (static_cast<long long>(j) * batch + b) * length, length};
        __syncthreads();
        for (int i = threadIdx.x; i < tile + taps - 1; i += blockDim.x) window[i] = dc(from + i);
        for (int s = threadIdx.x; s < taps; s += blockDim.x) kernel[s] = kernels[static_cast<long long>(j / channels_per_row) * stride + s];
        __syncthreads();
        for (int s = 0; s < taps; s++) {
            float k = s == 0 && skip != nullptr ? kernel[s] + skip[j] : kernel[s];
#pragma unroll
            for (int i = 0; i < CAUSAL_PER_THREAD; i++) sums[i] += k * mine[i * blockDim.x + s];
        }
    }
    GatedGradient gradient = {u, input_gate, du, dgate, accumulate};
    long long in = static_cast<long long>(row) * length;
#pragma unroll
    for (int i = 0; i < CAUSAL_PER_THREAD; i++) {
        int t = from + i * blockDim.x + threadIdx.x;
        if (t < length) gradient(in + t, sums[i]);
    }
}

/**
 * Part of dk[r, s] = Σ dc[j, b, t] x[series(j), b, t - s]: sums[r * parts + part][s] over `share` tiles of the rows of kernel row r, in
 * order. Warps take the taps in turns; a lane adds up every 32nd position of a tile, and the lanes are added at the end. Block r * parts +
 * part.
 */
extern "C" __global__ void causal_convolution_kernel_sums(const float* __restrict__ u, const float* __restrict__ input_gate,
        const float* __restrict__ dy, const float* __restrict__ output_gate, float* __restrict__ sums, int variates, int batch, int length,
        int taps, int channels_per_row, int tile, int tiles, int parts, int share) {
    DYNAMIC_SHARED(float, window);
    float* gradient = window + tile + taps - 1;
    float* total = gradient + tile;
    int row = blockIdx.x / parts;
    int first = blockIdx.x % parts * share;
    int end = min(channels_per_row * batch * tiles, first + share);
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32, warps = blockDim.x / 32;
    for (int s = threadIdx.x; s < taps; s += blockDim.x) total[s] = 0.0f;
    for (int item = first; item < end; item++) {
        int from = item % tiles * tile;
        int b = item / tiles % batch;
        int j = row * channels_per_row + item / tiles / batch;
        GatedRow x = {u, input_gate, (static_cast<long long>(j % variates) * batch + b) * length, length};
        GatedRow dc = {dy, output_gate, (static_cast<long long>(j) * batch + b) * length, length};
        __syncthreads();
        for (int i = threadIdx.x; i < tile + taps - 1; i += blockDim.x) window[i] = x(from - (taps - 1) + i);
        for (int i = threadIdx.x; i < tile; i += blockDim.x) gradient[i] = dc(from + i);
        __syncthreads();
        for (int s = warp; s < taps; s += warps) {
            float sum = 0.0f;
            for (int i = lane; i < tile; i += 32) sum += gradient[i] * window[taps - 1 + i - s];
            sum = warp_sum(sum);
            if (lane == 0) total[s] += sum;
        }
    }
    __syncthreads();
    for (int s = threadIdx.x; s < taps; s += blockDim.x) sums[static_cast<long long>(blockIdx.x) * taps + s] = total[s];
}

/** dk[r, s] (+)= the parts of kernel row r in order, s < taps of `stride`. */
extern "C" __global__ void causal_convolution_kernel_gradient(const float* __restrict__ sums, float* __restrict__ dkernels, int rows,
        int taps, int stride, int parts, int accumulate) {
    long long n = static_cast<long long>(rows) * taps;
    for (long long i = first_element(); i < n; i += element_step()) {
        long long row = i / taps;
        int s = static_cast<int>(i % taps);
        float sum = 0.0f;
        for (int part = 0; part < parts; part++) sum += sums[(row * parts + part) * taps + s];
        long long at = row * stride + s;
        dkernels[at] = accumulate ? dkernels[at] + sum : sum;
    }
}
