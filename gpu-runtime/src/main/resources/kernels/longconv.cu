// Long convolutions that stay on the chip from load to store: see io.longwave.kernel.LongConvolution, and ReferenceLongConvolution for the
// sums.
//
//   y[j, b, t] = gate[j, b, t] ( Σ_{s ≤ t} k[row, s] x[series, b, t - s] + skip[j] x[series, b, t] ),   x = input gate · u
//
// Shapes, last axis fastest: u, input gate [V, B, L]; k [R, K]; skip [H]; y, output gate [H, B, L]. Channel j reads series j mod V and
// kernel row j div (H/R).
//
// The right angle. A row is not padded to twice its length. Instead it is multiplied modulo x^N - i, N ≥ L a power of two: what runs over
// the end at N comes back at the start turned by a right angle, so of two real rows the real part of the product is the causal convolution
// and the imaginary part is the tail that would follow. With θ = exp(iπ/2N), θ^N = i, and F the transform of length N,
//
//   X = F(x θ^n)    K = F(k θ^n) / N    c = θ^-n F^-1(X (K + skip/N))    y = gate Re c
//
// The skip is a tap more at lag 0, which adds the same number to every bin. A kernel for the future is an imaginary part of k, see
// TwoSidedKernel. Gradients come from the same products with a conjugate in them:  dx = Re θ^-n F^-1(DC conj K),  dk = Re θ^-n F^-1(Σ DC
// conj X)/N.
//
// Who does what. A row belongs to min(N/16, 512) threads along x, and a block has several rows along y when these are few: all of one
// channel, so that its spectrum is read once from memory and then comes from the cache. Numbers are loaded 4 bytes a thread, neighbours by
// neighbours and 16 of them under way per thread, straight into the registers of the first stage; there θ^n is multiplied in. The last
// forward stage, the product and the first inverse stage happen in registers too (row_transform.cuh). Spectra keep the order in which the
// stages leave their bins.
//
// Long rows with a short kernel are cut in pieces that do not depend on each other: a window of N numbers begins `lead` = K - 1 before its
// piece, and the first `lead` results of a window are dropped.
#include "convolution_rows.cuh"

/**
 * Spectrum of every kernel row: spectrum[row][place] = F(k θ^n) / N, kernels [rows][stride], future [rows][future_stride] or null.
 * Row blockIdx.x * blockDim.y + threadIdx.y.
 */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_spectrum(const float* kernels, int taps, int stride,
        const float* future, int future_taps, int future_stride, float2* __restrict__ spectrum, int rows, int n) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    TwoSidedKernel kernel = {kernels + row * stride, future == nullptr ? nullptr : future + row * future_stride, live ? taps : 0,
            live ? future_taps : 0, n};
    float share = 1.0f / static_cast<float>(n);
    first_stage<true>(line, kernel);
    through_bins<true, false>(line, [&](int place, int, float2 value) {
        if (live) spectrum[row * n + place] = share * value;
        return value;
    });
}

/**
 * y (+)= gate · (convolution + skip). Block j * slices + slice has the items slice * rows, ... of channel j; an item is a piece of a row of
 * the batch.
 */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_forward(const float* u, const float* input_gate,
        const float2* __restrict__ spectrum, const float* __restrict__ skip, const float* output_gate, float* y, int n, int variates,
        int batch, int length, int channels_per_row, int lead, int piece, int pieces, int slices, int accumulate) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    int j = blockIdx.x / slices;
    int items = batch * pieces;
    const float2* kernel = spectrum + static_cast<long long>(j / channels_per_row) * n;
    float skipped = skip == nullptr ? 0.0f : skip[j] / static_cast<float>(n);
    int step = slices * blockDim.y;
    for (int first = blockIdx.x % slices * blockDim.y; first < items; first += step) {
        int item = first + threadIdx.y;
        int b = item / pieces;
        int from = item % pieces * piece;  // of the piece; the window begins `lead` before
        long long in = (static_cast<long long>(j % variates) * batch + b) * length;
        long long out = (static_cast<long long>(j) * batch + b) * length;
        int end = item < items ? min(length, from + piece) : 0;
        GatedRow x = {u, input_gate, in, item < items ? length : 0};

        first_stage<true>(line, [&](int i) { return make_float2(x(from - lead + i), 0.0f); });
        through_bins<true, true>(line, [&](int place, int, float2 value) {
            float2 k = kernel[place];
            return value * make_float2(k.x + skipped, k.y);
        });
        final_stage<true>(line, [&](int i, float2 c) {
            int t = from - lead + i;
            if (t < from || t >= end) return;
            float value = output_gate == nullptr ? c.x : output_gate[out + t] * c.x;
            y[out + t] = accumulate ? y[out + t] + value : value;
        });
    }
}

/**
 * Both parts of the product for every row [H][B]: c[row][i] = (head, tail), before the output gate. Blocks as in long_convolution_forward,
 * without pieces.
 */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_whole(const float* u, const float* input_gate,
        const float2* __restrict__ spectrum, const float* __restrict__ skip, float2* __restrict__ c, int n, int variates, int batch,
        int length, int channels_per_row, int slices) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    int j = blockIdx.x / slices;
    const float2* kernel = spectrum + static_cast<long long>(j / channels_per_row) * n;
    float skipped = skip == nullptr ? 0.0f : skip[j] / static_cast<float>(n);
    int step = slices * blockDim.y;
    for (int first = blockIdx.x % slices * blockDim.y; first < batch; first += step) {
        int b = first + threadIdx.y;
        bool live = b < batch;
        GatedRow x = {u, input_gate, (static_cast<long long>(j % variates) * batch + b) * length, live ? length : 0};
        float2* out = c + (static_cast<long long>(j) * batch + b) * n;

        first_stage<true>(line, [&](int i) { return make_float2(x(i), 0.0f); });
        through_bins<true, true>(line, [&](int place, int, float2 value) {
            float2 k = kernel[place];
            return value * make_float2(k.x + skipped, k.y);
        });
        final_stage<true>(line, [&](int i, float2 value) {
            if (live) out[i] = value;
        });
    }
}

/**
 * du and the gradient of the input gate from dc = output gate · dy. Block v * slices + slice has items of series v; the channels v, v + V,
 * ... that read it are summed as spectra in the order of their numbers. With one channel for each series there is no room for sums.
 */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_input_gradient(const float* dy, const float* output_gate,
        const float2* __restrict__ spectrum, const float* __restrict__ skip, const float* u, const float* input_gate, float* du,
        float* dgate, int n, int variates, int channels, int batch, int length, int channels_per_row, int piece, int pieces, int slices,
        int accumulate) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    float2* sum = shared + blockDim.y * (n + n / 16) + threadIdx.y * n;
    int v = blockIdx.x / slices;
    int items = batch * pieces;
    GatedGradient gradient = {u, input_gate, du, dgate, accumulate};
    int step = slices * blockDim.y;
    for (int first = blockIdx.x % slices * blockDim.y; first < items; first += step) {
        int item = first + threadIdx.y;
        int b = item / pieces;
        int from = item % pieces * piece;
        int end = item < items ? min(length, from + piece) : 0;
        for (int j = v; j < channels; j += variates) {
            const float2* kernel = spectrum + static_cast<long long>(j / channels_per_row) * n;
            float skipped = skip == nullptr ? 0.0f : skip[j] / static_cast<float>(n);
            GatedRow dc = {dy, output_gate, (static_cast<long long>(j) * batch + b) * length, item < items ? length : 0};
            first_stage<true>(line, [&](int i) { return make_float2(dc(from + i), 0.0f); });
            auto product = [&](int place, int, float2 value) {
                float2 k = kernel[place];
                float2 added = value * make_float2(k.x + skipped, -k.y);
                return j == v ? added : sum[place] + added;
            };
            if (j + variates < channels) {
                through_bins<true, false>(line, [&](int place, int position, float2 value) {
                    return sum[place] = product(place, position, value);
                });
                __syncthreads();
            } else {
                through_bins<true, true>(line, product);
            }
        }
        long long in = (static_cast<long long>(v) * batch + b) * length;
        final_stage<true>(line, [&](int i, float2 dx) {
            if (i < piece && from + i < end) gradient(in + from + i, dx.x);
        });
    }
}

/**
 * Σ DC conj X over part of the rows that a kernel row serves: sums[row * parts + part][place]. Block row * parts + part has the items from
 * part * share on of the channels_per_row * batch * pieces items of its kernel row and adds them in order. One row a block: the row itself,
 * its X and the sum are 24.5 N bytes.
 */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_kernel_sums(const float* u, const float* input_gate, const float* dy,
        const float* output_gate, float2* __restrict__ sums, int n, int variates, int batch, int length, int channels_per_row, int lead,
        int piece, int pieces, int parts, int share) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    float2* held = shared + n + n / 16;
    float2* sum = held + n;
    int row = blockIdx.x / parts;
    int items = channels_per_row * batch * pieces;
    int first = blockIdx.x % parts * share;
    int last = min(items, first + share) - 1;
    for (int item = first; item <= last; item++) {
        int from = item % pieces * piece;
        int b = item / pieces % batch;
        int j = row * channels_per_row + item / pieces / batch;
        int end = min(length, from + piece);
        GatedRow x = {u, input_gate, (static_cast<long long>(j % variates) * batch + b) * length, length};
        GatedRow dc = {dy, output_gate, (static_cast<long long>(j) * batch + b) * length, end};

        first_stage<true>(line, [&](int i) { return make_float2(x(from - lead + i), 0.0f); });
        through_bins<true, false>(line, [&](int place, int, float2 value) { return held[place] = value; });
        __syncthreads();
        first_stage<true>(line, [&](int i) { return make_float2(i < lead ? 0.0f : dc(from - lead + i), 0.0f); });
        through_bins<true, false>(line, [&](int place, int, float2 value) {
            float2 product = value * conjugate(held[place]);  // held by this very thread
            float2 total = item == first ? product : sum[place] + product;
            if (item < last) sum[place] = total;
            else sums[static_cast<long long>(blockIdx.x) * n + place] = total;
            return total;
        });
        __syncthreads();
    }
}

/** dk = Re G, dback[m] = -Im G[N - 1 - m] with G = θ^-n F^-1(Σ of the parts, in order) / N. Row blockIdx.x * blockDim.y + threadIdx.y. */
extern "C" __global__ void __launch_bounds__(512, 1) long_convolution_kernel_gradient(const float2* __restrict__ sums, int parts,
        float* dkernels, int taps, int stride, float* dfuture, int future_taps, int future_stride, int rows, int n, int accumulate) {
    DYNAMIC_SHARED(float2, shared);
    Line<RowMemory> line = whole_row(shared, n);
    long long row = static_cast<long long>(blockIdx.x) * blockDim.y + threadIdx.y;
    bool live = row < rows;
    const float2* mine = sums + row * parts * n;
    TwoSidedGradient gradient = {dkernels == nullptr ? nullptr : dkernels + row * stride,
            dfuture == nullptr ? nullptr : dfuture + row * future_stride, live ? taps : 0, live ? future_taps : 0, n, accumulate};
    float share = 1.0f / static_cast<float>(n);
    through_bins<false, true>(line, [&](int place, int, float2) {
        float2 total = make_float2(0.0f, 0.0f);
        for (int part = 0; live && part < parts; part++) total = total + mine[static_cast<long long>(part) * n + place];
        return share * total;
    });
    final_stage<true>(line, gradient);
}
