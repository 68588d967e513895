// From the trained numbers of diagonal systems to the modes of their convolution kernels, and the way back: see io.longwave.kernel.DiagonalKernel
// for the formulas. vandermonde_kernel.cu does what lies between. H channels, n modes of each; a thread has a mode of a channel.
// double: diagonal_numbers.cuh says why.
#include "diagonal_numbers.cuh"
#include "exact_sums.cuh"

__device__ __forceinline__ DiagonalComplex diagonal_inverse(DiagonalComplex a) {
    double largest = fmax(fabs(a.re), fabs(a.im));  // squares stay in range
    double re = a.re / largest, im = a.im / largest;
    double scale = 1.0 / ((re * re + im * im) * largest);
    return {re * scale, -im * scale};
}

/** A mode over one step, functions of x = dt A, with their derivatives. */
struct DiagonalHeld {
    DiagonalComplex hold, hold_slope, log, log_slope;
};

/** hold = (e^x - 1) / x and log = x; a series where the derivative of hold, (e^x - hold) / x, would lose its digits. */
__device__ __forceinline__ DiagonalHeld diagonal_zero_order_hold(DiagonalComplex x) {
    DiagonalHeld held;
    held.log = x;
    held.log_slope = {1.0, 0.0};
    if (x.re * x.re + x.im * x.im < 0.25) {
        DiagonalComplex sum = {0.0, 0.0}, slope = {0.0, 0.0};
        double coefficient = 1.0 / 121645100408832000.0;  // of x^18: 1 / 19!
#pragma unroll
        for (int k = 18; k >= 0; k--) {
            slope = diagonal_times(slope, x);
            slope = {slope.re + sum.re, slope.im + sum.im};
            sum = diagonal_times(sum, x);
            sum.re += coefficient;
            coefficient *= k + 1;
        }
        held.hold = sum;
        held.hold_slope = slope;
        return held;
    }
    DiagonalComplex inverse = diagonal_inverse(x), grown = diagonal_exp_minus_one(x);
    held.hold = diagonal_times(grown, inverse);
    held.hold_slope = diagonal_times({grown.re + 1.0 - held.hold.re, grown.im - held.hold.im}, inverse);
    return held;
}

/** hold = 1 / (1 - x/2) and log = log((1 + x/2) hold). */
__device__ __forceinline__ DiagonalHeld diagonal_bilinear(DiagonalComplex x) {
    DiagonalHeld held;
    held.hold = diagonal_inverse({1.0 - 0.5 * x.re, -0.5 * x.im});
    DiagonalComplex square = diagonal_times(held.hold, held.hold);
    held.hold_slope = {0.5 * square.re, 0.5 * square.im};
    DiagonalComplex step = diagonal_times({1.0 + 0.5 * x.re, 0.5 * x.im}, held.hold);
    held.log = {log(hypot(step.re, step.im)), atan2(step.im, step.re)};
    held.log_slope = diagonal_inverse({1.0 - 0.25 * (x.re * x.re - x.im * x.im), -0.5 * x.re * x.im});
    return held;
}

/** The system of a channel's mode. */
struct DiagonalMode {
    double dt;
    DiagonalComplex a, b;
    DiagonalHeld held;
};

__device__ __forceinline__ DiagonalMode diagonal_mode(const float* inv_dt, const float* a_real, const float* a_imag, const float* b, long long step,
        long long shared, int dt_transform, int real_transform, int imag_transform, int bilinear) {
    DiagonalMode mode;
    mode.dt = diagonal_value(dt_transform, inv_dt[step]);
    mode.a = {-diagonal_value(real_transform, a_real[shared]), -diagonal_value(imag_transform, a_imag[shared])};
    mode.b = {b[2 * shared], b[2 * shared + 1]};
    DiagonalComplex x = {mode.a.re * mode.dt, mode.a.im * mode.dt};
    mode.held = bilinear ? diagonal_bilinear(x) : diagonal_zero_order_hold(x);
    return mode;
}

/** modes as vandermonde_kernel.cu wants them: of rows heads H, with weights C dt B hold and factor 2. */
extern "C" __global__ void diagonal_kernel_modes(const float* __restrict__ inv_dt, const float* __restrict__ a_real,
        const float* __restrict__ a_imag, const float* __restrict__ b, const float* __restrict__ c, double* __restrict__ modes, int heads,
        int channels, int copies, int n, int step_per_mode, int dt_transform, int real_transform, int imag_transform, int bilinear) {
    long long own = static_cast<long long>(channels) * n, size = heads * own;
    for (long long i = first_element(); i < own; i += element_step()) {
        long long h = i / n, m = i % n;
        DiagonalMode mode = diagonal_mode(inv_dt, a_real, a_imag, b, step_per_mode ? i : h, h % copies * n + m, dt_transform, real_transform,
                imag_transform, bilinear);
        DiagonalComplex input = diagonal_times(mode.b, mode.held.hold);
        for (long long j = i; j < size; j += own) {
            DiagonalComplex weight = diagonal_times({c[2 * j], c[2 * j + 1]}, {input.re * mode.dt, input.im * mode.dt});
            modes[j] = mode.held.log.re;
            modes[size + j] = mode.held.log.im;
            modes[2 * size + j] = weight.re;
            modes[3 * size + j] = weight.im;
        }
        if (i == 0) modes[4 * size] = 2.0;
    }
}

/**
 * Gradients of a channel's modes. found is what vandermonde_kernel_backward left: dw and dlog as floats and what these leave. dC is added to; what
 * several modes or channels share goes to parts, [5, H n]: by inv_dt, A_real, A_imag and the two parts of B.
 */
extern "C" __global__ void diagonal_kernel_parts(const float* __restrict__ inv_dt, const float* __restrict__ a_real,
        const float* __restrict__ a_imag, const float* __restrict__ b, const float* __restrict__ c, const float* __restrict__ found,
        float* __restrict__ dc, double* __restrict__ parts, int heads, int channels, int copies, int n, int step_per_mode, int dt_transform,
        int real_transform, int imag_transform, int bilinear) {
    long long own = static_cast<long long>(channels) * n, size = heads * own;
    for (long long i = first_element(); i < own; i += element_step()) {
        long long h = i / n, m = i % n;
        long long step = step_per_mode ? i : h, shared = h % copies * n + m;
        DiagonalMode mode = diagonal_mode(inv_dt, a_real, a_imag, b, step, shared, dt_transform, real_transform, imag_transform, bilinear);
        DiagonalComplex b_hold = diagonal_times(mode.b, mode.held.hold);
        DiagonalComplex input = {0.0, 0.0}, log = {0.0, 0.0};
        for (long long j = i; j < size; j += own) {
            double results[4];
#pragma unroll
            for (int part = 0; part < 4; part++)
                results[part] = static_cast<double>(found[2 * part * size + j]) + found[(2 * part + 1) * size + j];
            DiagonalComplex weight = {results[0], results[1]};
            DiagonalComplex of_c = diagonal_back(weight, b_hold);
            dc[2 * j] += static_cast<float>(of_c.re * mode.dt);
            dc[2 * j + 1] += static_cast<float>(of_c.im * mode.dt);
            DiagonalComplex of_input = diagonal_back(weight, {c[2 * j], c[2 * j + 1]});
            input = {input.re + of_input.re, input.im + of_input.im};
            log = {log.re + results[2], log.im + results[3]};
        }
        DiagonalComplex of_b = diagonal_back(input, mode.held.hold);
        DiagonalComplex through_log = diagonal_back(log, mode.held.log_slope);
        DiagonalComplex through_hold = diagonal_back(input, diagonal_times(mode.b, mode.held.hold_slope));
        DiagonalComplex x = {through_log.re + through_hold.re * mode.dt, through_log.im + through_hold.im * mode.dt};
        double of_dt = x.re * mode.a.re + x.im * mode.a.im + input.re * b_hold.re + input.im * b_hold.im;
        parts[i] = diagonal_slope(dt_transform, inv_dt[step]) * of_dt;
        parts[own + i] = -diagonal_slope(real_transform, a_real[shared]) * x.re * mode.dt;
        parts[2 * own + i] = -diagonal_slope(imag_transform, a_imag[shared]) * x.im * mode.dt;
        parts[3 * own + i] = of_b.re * mode.dt;
        parts[4 * own + i] = of_b.im * mode.dt;
    }
}

/**
 * Adds the parts to the numbers they are of, a warp to each: inv_dt first, then A_real, A_imag, B by its parts, and `rank` vectors of P by theirs,
 * [rank, copies, n, 2].
 */
extern "C" __global__ void diagonal_kernel_sums(const double* __restrict__ parts, float* __restrict__ d_inv_dt, float* __restrict__ da_real,
        float* __restrict__ da_imag, float* __restrict__ db, float* __restrict__ dp, int channels, int copies, int n, int rank,
        int step_per_mode) {
    long long job = first_element() / 32;
    int lane = threadIdx.x % 32;
    long long own = static_cast<long long>(channels) * n, steps = step_per_mode ? own : channels, shared = static_cast<long long>(copies) * n;
    if (job >= steps + (4 + 2 * rank) * shared) return;
    bool of_step = job < steps;
    long long kind = of_step ? 0 : (job - steps) / shared, at = of_step ? job : (job - steps) % shared;
    double sum = 0.0;
    if (of_step) {
        int terms = step_per_mode ? 1 : n;
        for (int m = lane; m < terms; m += 32) sum += parts[at * terms + m];
    } else {
        for (long long i = at + lane * shared; i < own; i += 32 * shared) sum += parts[(1 + kind) * own + i];
    }
    sum = exact_warp_sum(sum);
    if (lane != 0) return;
    float* target = of_step ? d_inv_dt + at : kind == 0 ? da_real + at : kind == 1 ? da_imag + at : kind < 4 ? db + 2 * at + (kind - 2)
            : dp + 2 * ((kind - 4) / 2 * shared + at) + kind % 2;
    *target += static_cast<float>(sum);
}
