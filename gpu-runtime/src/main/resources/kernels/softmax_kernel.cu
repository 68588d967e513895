// From the trained numbers of diagonal systems to modes that are normalised over the sequence, and the way back: see io.longwave.kernel.SoftmaxKernel for the
// formulas. vandermonde_kernel.cu sums the modes, for twice as many rows as the kernel has: R = heads H rows with the modes that decay, and R rows from
// the last tap back with those that grow. A mode has weight 0 where it does not belong. H channels, n modes of each, L taps; a thread has a mode of a channel,
// or a tap.
// double: diagonal_numbers.cuh says why.
#include "diagonal_numbers.cuh"

/** A mode of a channel with e = s E: value = (exp(e) - 1) r, r = conj(q) / size, q = A (exp(e L) - 1), size = |q|^2 + epsilon. */
struct SoftmaxMode {
    double dt, direction, size;  // direction: s
    DiagonalComplex a, b, e, numerator, sum, q, value;
};

__device__ __forceinline__ SoftmaxMode softmax_mode(const float* inv_dt, const float* a_real, const float* a_imag, const float* b, long long step,
        long long shared, int dt_transform, int real_transform, int imag_transform, int length, double epsilon) {
    SoftmaxMode mode;
    mode.dt = diagonal_value(dt_transform, inv_dt[step]);
    mode.a = {-diagonal_value(real_transform, a_real[shared]), -diagonal_value(imag_transform, a_imag[shared])};
    mode.b = {b[2 * shared], b[2 * shared + 1]};
    mode.direction = mode.a.re > 0.0 ? -1.0 : 1.0;
    mode.e = {mode.direction * mode.a.re * mode.dt, mode.direction * mode.a.im * mode.dt};
    mode.numerator = diagonal_exp_minus_one(mode.e);
    mode.sum = diagonal_exp_minus_one({mode.e.re * length, mode.e.im * length});
    mode.q = diagonal_times(mode.a, mode.sum);
    mode.size = mode.q.re * mode.q.re + mode.q.im * mode.q.im + epsilon;
    DiagonalComplex product = diagonal_back(mode.numerator, mode.q);
    mode.value = {product.re / mode.size, product.im / mode.size};
    return mode;
}

/** modes as vandermonde_kernel.cu wants them: of 2 R rows, with weights C B value and factor 1. */
extern "C" __global__ void softmax_kernel_modes(const float* __restrict__ inv_dt, const float* __restrict__ a_real, const float* __restrict__ a_imag,
        const float* __restrict__ b, const float* __restrict__ c, double* __restrict__ modes, int heads, int channels, int copies, int n,
        int step_per_mode, int dt_transform, int real_transform, int imag_transform, int length, float epsilon) {
    long long own = static_cast<long long>(channels) * n, size = heads * own;
    for (long long i = first_element(); i < own; i += element_step()) {
        long long h = i / n;
        SoftmaxMode mode = softmax_mode(inv_dt, a_real, a_imag, b, step_per_mode ? i : h, h % copies * n + i % n, dt_transform, real_transform,
                imag_transform, length, epsilon);
        DiagonalComplex input = diagonal_times(mode.b, mode.value);
        bool grows = mode.direction < 0.0;
        for (long long j = i; j < 2 * size; j += own) {
            bool belongs = (j >= size) == grows;
            long long of_c = j < size ? j : j - size;
            DiagonalComplex weight = diagonal_times({c[2 * of_c], c[2 * of_c + 1]}, input);
            modes[j] = mode.e.re;
            modes[2 * size + j] = mode.e.im;
            modes[4 * size + j] = belongs ? weight.re : 0.0;
            modes[6 * size + j] = belongs ? weight.im : 0.0;
        }
        if (i == 0) modes[8 * size] = 1.0;
    }
}

/** kernel[r, l] = both[r, l] + both[R + r, L - 1 - l]. */
extern "C" __global__ void softmax_kernel_fold(const float* __restrict__ both, float* __restrict__ kernel, int rows, int length) {
    long long n = static_cast<long long>(rows) * length;
    for (long long i = first_element(); i < n; i += element_step()) {
        long long l = i % length;
        kernel[i] = both[i] + both[n + i - l + (length - 1 - l)];
    }
}

/** The way back: both[r, l] = gradient[r, l] and both[R + r, l] = gradient[r, L - 1 - l]. */
extern "C" __global__ void softmax_kernel_mirror(const float* __restrict__ gradient, float* __restrict__ both, int rows, int length) {
    long long n = static_cast<long long>(rows) * length;
    for (long long i = first_element(); i < n; i += element_step()) {
        long long l = i % length;
        both[i] = gradient[i];
        both[n + i] = gradient[i - l + (length - 1 - l)];
    }
}

/**
 * Gradients of a channel's modes. found is what vandermonde_kernel_backward left of the 2 R rows: dw and dlog as floats and what these leave. dC is added
 * to; what several modes or channels share goes to parts, as in diagonal_kernel_parts.
 */
extern "C" __global__ void softmax_kernel_parts(const float* __restrict__ inv_dt, const float* __restrict__ a_real, const float* __restrict__ a_imag,
        const float* __restrict__ b, const float* __restrict__ c, const float* __restrict__ found, float* __restrict__ dc, double* __restrict__ parts,
        int heads, int channels, int copies, int n, int step_per_mode, int dt_transform, int real_transform, int imag_transform, int length,
        float epsilon) {
    long long own = static_cast<long long>(channels) * n, size = heads * own;
    for (long long i = first_element(); i < own; i += element_step()) {
        long long h = i / n, step = step_per_mode ? i : h, shared = h % copies * n + i % n;
        SoftmaxMode mode = softmax_mode(inv_dt, a_real, a_imag, b, step, shared, dt_transform, real_transform, imag_transform, length, epsilon);
        bool grows = mode.direction < 0.0;
        DiagonalComplex input = diagonal_times(mode.b, mode.value), of_input = {0.0, 0.0}, of_log = {0.0, 0.0};
        for (long long j = i; j < size; j += own) {
            double results[4];
#pragma unroll
            for (int part = 0; part < 4; part++) {
                long long at = 4 * part * size + j + (grows ? size : 0);
                results[part] = static_cast<double>(found[at]) + found[at + 2 * size];
            }
            DiagonalComplex weight = {results[0], results[1]};
            DiagonalComplex of_c = diagonal_back(weight, input), through_c = diagonal_back(weight, {c[2 * j], c[2 * j + 1]});
            dc[2 * j] += static_cast<float>(of_c.re);
            dc[2 * j + 1] += static_cast<float>(of_c.im);
            of_input = {of_input.re + through_c.re, of_input.im + through_c.im};
            of_log = {of_log.re + results[2], of_log.im + results[3]};
        }
        DiagonalComplex of_b = diagonal_back(of_input, mode.value), of_value = diagonal_back(of_input, mode.b);
        // dr = (epsilon conj(dq) - conj(q)^2 dq) / size^2
        DiagonalComplex of_r = diagonal_back(of_value, mode.numerator), turned = diagonal_times(of_r, diagonal_times(mode.q, mode.q));
        double square = mode.size * mode.size;
        DiagonalComplex of_q = {(epsilon * of_r.re - turned.re) / square, (-epsilon * of_r.im - turned.im) / square};
        DiagonalComplex of_numerator = diagonal_times(of_value, {mode.q.re / mode.size, mode.q.im / mode.size});
        DiagonalComplex through_numerator = diagonal_back(of_numerator, {mode.numerator.re + 1.0, mode.numerator.im});
        DiagonalComplex through_sum = diagonal_back(diagonal_back(of_q, mode.a), {mode.sum.re + 1.0, mode.sum.im});
        // tap l of a mode that grows is tap L - 1 - l of its sum, and the sum of gradient and taps is of_value conj(value)
        DiagonalComplex shift = diagonal_back(of_value, mode.value);
        double taps = grows ? length - 1.0 : 0.0;
        DiagonalComplex of_e = {mode.direction * (of_log.re + through_numerator.re + length * through_sum.re) + taps * shift.re,
                mode.direction * (of_log.im + through_numerator.im + length * through_sum.im) + taps * shift.im};
        DiagonalComplex alone = diagonal_back(of_q, mode.sum);
        parts[i] = diagonal_slope(dt_transform, inv_dt[step]) * (of_e.re * mode.a.re + of_e.im * mode.a.im);
        parts[own + i] = -diagonal_slope(real_transform, a_real[shared]) * (alone.re + of_e.re * mode.dt);
        parts[2 * own + i] = -diagonal_slope(imag_transform, a_imag[shared]) * (alone.im + of_e.im * mode.dt);
        parts[3 * own + i] = of_b.re;
        parts[4 * own + i] = of_b.im;
    }
}
