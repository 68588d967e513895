// From the trained numbers of diagonal plus low-rank systems to the modes of their spectra, and the way back: see
// io.longwave.kernel.LowRankSpectrum for the formulas. cauchy_kernel.cu does what lies between. H channels, n modes of each, R vectors P; a thread
// has a mode of a channel.
// double: diagonal_numbers.cuh says why.
#include "diagonal_numbers.cuh"

/** Vectors of all channels, real and imaginary parts apart, `own` = H n numbers each. */
struct LowRankVectors {
    double* re;
    double* im;
    long long own;

    __device__ __forceinline__ DiagonalComplex get(int vector, long long i) const { return {re[vector * own + i], im[vector * own + i]}; }
    __device__ __forceinline__ void set(int vector, long long i, DiagonalComplex value) const {
        re[vector * own + i] = value.re;
        im[vector * own + i] = value.im;
    }
};

/** Poles dt A, left vectors dt B and dt P, right vectors C and conj(P). */
extern "C" __global__ void low_rank_modes(const float* __restrict__ inv_dt, const float* __restrict__ a_real, const float* __restrict__ a_imag,
        const float* __restrict__ b, const float* __restrict__ c, const float* __restrict__ p, double* __restrict__ pole_re,
        double* __restrict__ pole_im, double* __restrict__ left_re, double* __restrict__ left_im, double* __restrict__ right_re,
        double* __restrict__ right_im, int heads, int channels, int copies, int n, int rank, int step_per_mode, int dt_transform,
        int real_transform, int imag_transform) {
    long long own = static_cast<long long>(channels) * n, of_vector = static_cast<long long>(copies) * n;
    LowRankVectors left = {left_re, left_im, own}, right = {right_re, right_im, own};
    for (long long i = first_element(); i < own; i += element_step()) {
        long long h = i / n, shared = h % copies * n + i % n;
        double dt = diagonal_value(dt_transform, inv_dt[step_per_mode ? i : h]);
        pole_re[i] = -diagonal_value(real_transform, a_real[shared]) * dt;
        pole_im[i] = -diagonal_value(imag_transform, a_imag[shared]) * dt;
        left.set(0, i, {b[2 * shared] * dt, b[2 * shared + 1] * dt});
        for (int s = 0; s < heads; s++) right.set(s, i, {c[2 * (s * own + i)], c[2 * (s * own + i) + 1]});
        for (int r = 0; r < rank; r++) {
            double re = p[2 * (r * of_vector + shared)], im = p[2 * (r * of_vector + shared) + 1];
            left.set(1 + r, i, {re * dt, im * dt});
            right.set(heads + r, i, {re, -im});
        }
    }
}

/** What cauchy_kernel_mode_gradients left of one mode: eight arrays [pairs, H n], of which two make a number. */
struct LowRankFound {
    const float* arrays;
    long long size;  // pairs H n
    long long own;

    __device__ __forceinline__ double number(int part, long long at) const {
        return static_cast<double>(arrays[2 * part * size + at]) + arrays[(2 * part + 1) * size + at];
    }
    /** The gradient of left right of a pair of vectors. */
    __device__ __forceinline__ DiagonalComplex product(long long pair, long long i) const {
        return {number(0, pair * own + i), number(1, pair * own + i)};
    }
    /** That of the pole per unit of conj(left right). */
    __device__ __forceinline__ DiagonalComplex pole(long long pair, long long i) const {
        return {number(2, pair * own + i), number(3, pair * own + i)};
    }
};

/**
 * Gradients of a channel's modes. dC is added to; what several modes or channels share goes to parts, [5 + 2 R, H n]: by inv_dt, A_real, A_imag,
 * the two parts of B, and those of each vector of P.
 */
extern "C" __global__ void low_rank_parts(const float* __restrict__ inv_dt, const float* __restrict__ a_real,
        const float* __restrict__ a_imag, const float* __restrict__ b, const float* __restrict__ p, double* __restrict__ left_re,
        double* __restrict__ left_im, double* __restrict__ right_re, double* __restrict__ right_im, const float* __restrict__ found,
        float* __restrict__ dc, double* __restrict__ parts, int heads, int channels, int copies, int n, int rank, int step_per_mode,
        int dt_transform, int real_transform, int imag_transform) {
    long long own = static_cast<long long>(channels) * n, of_vector = static_cast<long long>(copies) * n;
    int lefts = 1 + rank, rights = heads + rank;
    LowRankVectors left = {left_re, left_im, own}, right = {right_re, right_im, own};
    LowRankFound gradient = {found, lefts * rights * own, own};
    for (long long i = first_element(); i < own; i += element_step()) {
        long long h = i / n, shared = h % copies * n + i % n, step = step_per_mode ? i : h;
        double dt = diagonal_value(dt_transform, inv_dt[step]), of_dt = 0.0;
        DiagonalComplex pole = {0.0, 0.0};
        for (int l = 0; l < lefts; l++) {
            DiagonalComplex of_left = {0.0, 0.0};
            for (int r = 0; r < rights; r++) {
                DiagonalComplex value = right.get(r, i), v = diagonal_back(gradient.product(l * rights + r, i), value);
                DiagonalComplex w = diagonal_back(gradient.pole(l * rights + r, i), diagonal_times(left.get(l, i), value));
                of_left = {of_left.re + v.re, of_left.im + v.im};
                pole = {pole.re + w.re, pole.im + w.im};
            }
            long long at = l == 0 ? shared : (l - 1) * of_vector + shared;
            const float* vector = l == 0 ? b : p;
            of_dt += of_left.re * vector[2 * at] + of_left.im * vector[2 * at + 1];
            parts[(3 + 2 * l) * own + i] = of_left.re * dt;
            parts[(4 + 2 * l) * own + i] = of_left.im * dt;
        }
        for (int r = 0; r < rights; r++) {
            DiagonalComplex of_right = {0.0, 0.0};
            for (int l = 0; l < lefts; l++) {
                DiagonalComplex v = diagonal_back(gradient.product(l * rights + r, i), left.get(l, i));
                of_right = {of_right.re + v.re, of_right.im + v.im};
            }
            if (r < heads) {
                dc[2 * (r * own + i)] += static_cast<float>(of_right.re);
                dc[2 * (r * own + i) + 1] += static_cast<float>(of_right.im);
            } else {
                parts[(5 + 2 * (r - heads)) * own + i] += of_right.re;
                parts[(6 + 2 * (r - heads)) * own + i] -= of_right.im;
            }
        }
        double a_re = -diagonal_value(real_transform, a_real[shared]), a_im = -diagonal_value(imag_transform, a_imag[shared]);
        parts[i] = diagonal_slope(dt_transform, inv_dt[step]) * (of_dt + pole.re * a_re + pole.im * a_im);
        parts[own + i] = -diagonal_slope(real_transform, a_real[shared]) * pole.re * dt;
        parts[2 * own + i] = -diagonal_slope(imag_transform, a_imag[shared]) * pole.im * dt;
    }
}
