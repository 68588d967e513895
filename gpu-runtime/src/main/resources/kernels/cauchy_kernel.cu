// Spectra of kernels of diagonal plus low-rank systems by Cauchy sums, and their gradient. See io.longwave.kernel.CauchyKernel.
//
//   z = i y, y = 2 tan(pi k / L)      r[i][j] = sum v / (z - w) + conj(v) / (z - conj(w)), v = left_i right_j, over the modes
//   S = r[B][C] - r[B][Q] (I + r[P][Q])^-1 r[P][C]      K^ = (1 + i tan(pi k / L)) S
//
// double: throughout, for where a mode rings z - w loses digits, and the correction takes nearly equal sums from each other; only the spectrum
// is rounded. Channels are taken some at a time, so that the sums in between keep to a bounded place; `first` is the first of them. A job
// is a channel of these and a frequency, job = channel * frequencies + k, and what is kept per job is [.., jobs], so that neighbours lie
// side by side.
#include "longwave.cuh"

static constexpr int CAUCHY_PAIRS = 4;   // pairs of vectors that share the inverses of a mode
static constexpr int CAUCHY_MODES = 32;  // modes in shared memory at a time

/** tan(pi k / L), k < L / 2. */
__device__ __forceinline__ double cauchy_tangent(int k, int length) {
    double sine, cosine;
    sincospi(static_cast<double>(k) / length, &sine, &cosine);
    return sine / cosine;
}

/**
 * r of all pairs, zero where z is infinite: sums [2, pairs, jobs], real parts first. Vectors are [lefts, H, n] and [rights, H, n], `size` =
 * H n apart. Grid: tiles of frequencies by channels by groups of CAUCHY_PAIRS pairs; a thread has a frequency.
 */
extern "C" __global__ void __launch_bounds__(128) cauchy_kernel_sums(const double* __restrict__ pole_re, const double* __restrict__ pole_im,
        const double* __restrict__ left_re, const double* __restrict__ left_im, const double* __restrict__ right_re,
        const double* __restrict__ right_im, double* __restrict__ sums, int first, int channels, long long size, int modes, int pairs,
        int rights, int length, int frequencies) {
    __shared__ double poles[2][CAUCHY_MODES];
    __shared__ double products[2][CAUCHY_PAIRS][CAUCHY_MODES];
    int k = blockIdx.x * blockDim.x + threadIdx.x;
    int channel = blockIdx.y;
    int from_pair = blockIdx.z * CAUCHY_PAIRS;
    bool finite = k < (length + 1) / 2;
    double y = finite ? 2.0 * cauchy_tangent(k, length) : 0.0;
    double sum_re[CAUCHY_PAIRS] = {}, sum_im[CAUCHY_PAIRS] = {};
    for (int from = 0; from < modes; from += CAUCHY_MODES) {
        int count = min(CAUCHY_MODES, modes - from);
        __syncthreads();
        for (int i = threadIdx.x; i < CAUCHY_MODES * (CAUCHY_PAIRS + 1); i += blockDim.x) {
            int m = i % CAUCHY_MODES, p = i / CAUCHY_MODES;
            long long at = static_cast<long long>(first + channel) * modes + from + m;
            if (m >= count) continue;
            if (p == CAUCHY_PAIRS) {
                poles[0][m] = pole_re[at];
                poles[1][m] = pole_im[at];
            } else if (from_pair + p < pairs) {
                long long left = (from_pair + p) / rights * size + at, right = (from_pair + p) % rights * size + at;
                products[0][p][m] = left_re[left] * right_re[right] - left_im[left] * right_im[right];
                products[1][p][m] = left_re[left] * right_im[right] + left_im[left] * right_re[right];
            } else {
                products[0][p][m] = 0.0;
                products[1][p][m] = 0.0;
            }
        }
        __syncthreads();
        for (int m = 0; m < count; m++) {
            double d_re = -poles[0][m];
            double d_im = y - poles[1][m];
            double e_im = y + poles[1][m];
            double d = 1.0 / (d_re * d_re + d_im * d_im);
            double e = 1.0 / (d_re * d_re + e_im * e_im);
            double sum = d_re * (d + e), difference = d_re * (d - e);
            double im_sum = d_im * d + e_im * e, im_difference = d_im * d - e_im * e;
#pragma unroll
            for (int p = 0; p < CAUCHY_PAIRS; p++) {
                double v_re = products[0][p][m], v_im = products[1][p][m];
                sum_re[p] += v_re * sum + v_im * im_difference;
                sum_im[p] += v_im * difference - v_re * im_sum;
            }
        }
    }
    if (k >= frequencies) return;
    long long jobs = static_cast<long long>(channels) * frequencies;
    long long job = static_cast<long long>(channel) * frequencies + k;
#pragma unroll
    for (int p = 0; p < CAUCHY_PAIRS; p++) {
        if (from_pair + p < pairs) {
            sums[(from_pair + p) * jobs + job] = finite ? sum_re[p] : 0.0;
            sums[(pairs + from_pair + p) * jobs + job] = finite ? sum_im[p] : 0.0;
        }
    }
}

/** Rounds the sums: re and im are [pairs, H, frequencies]. */
extern "C" __global__ void cauchy_kernel_round(const double* __restrict__ sums, float* __restrict__ re, float* __restrict__ im, int first,
        int channels, int all_channels, int pairs, int frequencies) {
    long long jobs = static_cast<long long>(channels) * frequencies;
    for (long long i = first_element(); i < pairs * jobs; i += element_step()) {
        long long pair = i / jobs;
        long long at = (pair * all_channels + first) * frequencies + i % jobs;
        re[at] = static_cast<float>(sums[i]);
        im[at] = static_cast<float>(sums[pairs * jobs + i]);
    }
}

/**
 * A matrix [rank, rank] and a right side [rank] of one job, each number `stride` from the next; imaginary parts stand behind all real ones.
 */
struct CauchySystem {
    double* matrix_re;
    double* matrix_im;
    double* x_re;
    double* x_im;
    long long stride;
    int rank;

    __device__ __forceinline__ double& a_re(int i, int j) const { return matrix_re[(static_cast<long long>(i) * rank + j) * stride]; }
    __device__ __forceinline__ double& a_im(int i, int j) const { return matrix_im[(static_cast<long long>(i) * rank + j) * stride]; }
    __device__ __forceinline__ double& b_re(int i) const { return x_re[i * stride]; }
    __device__ __forceinline__ double& b_im(int i) const { return x_im[i * stride]; }

    __device__ __forceinline__ double size(int i, int j) const { return a_re(i, j) * a_re(i, j) + a_im(i, j) * a_im(i, j); }

    __device__ __forceinline__ static void swap(double& a, double& b) {
        double keep = a;
        a = b;
        b = keep;
    }

    /** Gauss with pivots; the matrix is destroyed, the right side becomes the solution. */
    __device__ void solve() const {
        for (int k = 0; k < rank; k++) {
            int pivot = k;
            for (int i = k + 1; i < rank; i++) {
                if (size(i, k) > size(pivot, k)) pivot = i;
            }
            if (pivot != k) {
                for (int j = k; j < rank; j++) {
                    swap(a_re(k, j), a_re(pivot, j));
                    swap(a_im(k, j), a_im(pivot, j));
                }
                swap(b_re(k), b_re(pivot));
                swap(b_im(k), b_im(pivot));
            }
            double scale = 1.0 / size(k, k);
            double inverse_re = a_re(k, k) * scale, inverse_im = -a_im(k, k) * scale;
            for (int i = k + 1; i < rank; i++) {
                double f_re = a_re(i, k) * inverse_re - a_im(i, k) * inverse_im;
                double f_im = a_re(i, k) * inverse_im + a_im(i, k) * inverse_re;
                for (int j = k + 1; j < rank; j++) {
                    a_re(i, j) -= f_re * a_re(k, j) - f_im * a_im(k, j);
                    a_im(i, j) -= f_re * a_im(k, j) + f_im * a_re(k, j);
                }
                b_re(i) -= f_re * b_re(k) - f_im * b_im(k);
                b_im(i) -= f_re * b_im(k) + f_im * b_re(k);
            }
        }
        for (int k = rank - 1; k >= 0; k--) {
            double re = b_re(k), im = b_im(k);
            for (int j = k + 1; j < rank; j++) {
                re -= a_re(k, j) * b_re(j) - a_im(k, j) * b_im(j);
                im -= a_re(k, j) * b_im(j) + a_im(k, j) * b_re(j);
            }
            double scale = 1.0 / size(k, k);
            b_re(k) = (re * a_re(k, k) + im * a_im(k, k)) * scale;
            b_im(k) = (im * a_re(k, k) - re * a_im(k, k)) * scale;
        }
    }
};

/** The sums of one job. */
struct CauchySums {
    double* sums;
    long long stride;
    int pairs;
    int rights;

    __device__ __forceinline__ double& re(int left, int right) const {
        return sums[(static_cast<long long>(left) * rights + right) * stride];
    }
    __device__ __forceinline__ double& im(int left, int right) const {
        return sums[(static_cast<long long>(pairs) + left * rights + right) * stride];
    }
};

/** u of M u = r[B][Q], M[s][r] = delta + r[P_r][Q_s]; it is left in the right side of `system`. */
__device__ __forceinline__ void cauchy_solve_for_u(const CauchySums& r, const CauchySystem& system, int heads) {
    for (int s = 0; s < system.rank; s++) {
        for (int p = 0; p < system.rank; p++) {
            system.a_re(s, p) = r.re(1 + p, heads + s) + (p == s ? 1.0 : 0.0);
            system.a_im(s, p) = r.im(1 + p, heads + s);
        }
        system.b_re(s) = r.re(0, heads + s);
        system.b_im(s) = r.im(0, heads + s);
    }
    system.solve();
}

/**
 * The spectrum from the sums. work: [2 rank^2 + 2 rank, jobs]; re and im: [heads, H, frequencies]. A thread has a job. Where z is infinite
 * the spectrum is the real part of sum left_B right_C.
 */
extern "C" __global__ void cauchy_kernel_spectrum(double* sums, double* work, const double* __restrict__ left_re,
        const double* __restrict__ left_im, const double* __restrict__ right_re, const double* __restrict__ right_im,
        float* __restrict__ re, float* __restrict__ im, int first, int channels, int all_channels, int modes, int heads, int rank,
        int length, int frequencies) {
    long long jobs = static_cast<long long>(channels) * frequencies;
    long long job = first_element();
    if (job >= jobs) return;
    int k = static_cast<int>(job % frequencies);
    long long channel = first + job / frequencies;
    if (k >= (length + 1) / 2) {
        for (int c = 0; c < heads; c++) {
            double limit = 0.0;
            for (int m = 0; m < modes; m++) {
                long long left = channel * modes + m, right = static_cast<long long>(c) * all_channels * modes + left;
                limit += left_re[left] * right_re[right] - left_im[left] * right_im[right];
            }
            re[(static_cast<long long>(c) * all_channels + channel) * frequencies + k] = static_cast<float>(limit);
            im[(static_cast<long long>(c) * all_channels + channel) * frequencies + k] = 0.0f;
        }
        return;
    }
    long long square = static_cast<long long>(rank) * rank;
    CauchySums r = {sums + job, jobs, (1 + rank) * (heads + rank), heads + rank};
    CauchySystem system = {work + job, work + square * jobs + job, work + 2 * square * jobs + job,
            work + (2 * square + rank) * jobs + job, jobs, rank};
    cauchy_solve_for_u(r, system, heads);
    double half = cauchy_tangent(k, length);
    for (int c = 0; c < heads; c++) {
        double s_re = r.re(0, c), s_im = r.im(0, c);
        for (int p = 0; p < rank; p++) {
            s_re -= r.re(1 + p, c) * system.b_re(p) - r.im(1 + p, c) * system.b_im(p);
            s_im -= r.re(1 + p, c) * system.b_im(p) + r.im(1 + p, c) * system.b_re(p);
        }
        long long at = (static_cast<long long>(c) * all_channels + channel) * frequencies + k;
        re[at] = static_cast<float>(s_re - half * s_im);
        im[at] = static_cast<float>(s_im + half * s_re);
    }
}

/**
 * Replaces the sums by their gradient, given that of the spectrum:
 *
 *   gu_r = -sum_c gS_c conj(r[P_r][C_c])      M* v = gu      gM[s][r] = -v_s conj(u_r)
 *
 * work: [2 rank^2 + 4 rank, jobs], u behind the matrix and v behind u. A thread has a job.
 */
extern "C" __global__ void cauchy_kernel_sum_gradients(double* sums, double* work, const float* __restrict__ gradient_re,
        const float* __restrict__ gradient_im, int first, int channels, int all_channels, int heads, int rank, int length,
        int frequencies) {
    long long jobs = static_cast<long long>(channels) * frequencies;
    long long job = first_element();
    if (job >= jobs) return;
    int k = static_cast<int>(job % frequencies);
    if (k >= (length + 1) / 2) return;
    long long channel = first + job / frequencies;
    long long square = static_cast<long long>(rank) * rank;
    CauchySums r = {sums + job, jobs, (1 + rank) * (heads + rank), heads + rank};
    CauchySystem u = {work + job, work + square * jobs + job, work + 2 * square * jobs + job, work + (2 * square + rank) * jobs + job,
            jobs, rank};
    CauchySystem v = {u.matrix_re, u.matrix_im, work + (2 * square + 2 * rank) * jobs + job, work + (2 * square + 3 * rank) * jobs + job,
            jobs, rank};
    cauchy_solve_for_u(r, u, heads);
    double half = cauchy_tangent(k, length);
    for (int p = 0; p < rank; p++) {
        double re = 0.0, im = 0.0;
        for (int c = 0; c < heads; c++) {
            long long at = (static_cast<long long>(c) * all_channels + channel) * frequencies + k;
            double g_re = gradient_re[at] + half * gradient_im[at], g_im = gradient_im[at] - half * gradient_re[at];
            re -= g_re * r.re(1 + p, c) + g_im * r.im(1 + p, c);
            im -= g_im * r.re(1 + p, c) - g_re * r.im(1 + p, c);
        }
        v.b_re(p) = re;
        v.b_im(p) = im;
        for (int s = 0; s < rank; s++) {
            v.a_re(p, s) = r.re(1 + p, heads + s) + (p == s ? 1.0 : 0.0);
            v.a_im(p, s) = -r.im(1 + p, heads + s);
        }
    }
    v.solve();
    for (int c = 0; c < heads; c++) {
        long long at = (static_cast<long long>(c) * all_channels + channel) * frequencies + k;
        double g_re = gradient_re[at] + half * gradient_im[at], g_im = gradient_im[at] - half * gradient_re[at];
        r.re(0, c) = g_re;
        r.im(0, c) = g_im;
        for (int p = 0; p < rank; p++) {
            r.re(1 + p, c) = -(g_re * u.b_re(p) + g_im * u.b_im(p));
            r.im(1 + p, c) = -(g_im * u.b_re(p) - g_re * u.b_im(p));
        }
    }
    for (int s = 0; s < rank; s++) {
        double v_re = v.b_re(s), v_im = v.b_im(s);
        r.re(0, heads + s) = v_re;
        r.im(0, heads + s) = v_im;
        for (int p = 0; p < rank; p++) {
            r.re(1 + p, heads + s) = -(v_re * u.b_re(p) + v_im * u.b_im(p));
            r.im(1 + p, heads + s) = -(v_im * u.b_re(p) - v_re * u.b_im(p));
        }
    }
}

/**
 * With q = 1 / (z - w) and p = 1 / (z - conj(w)), for each pair and mode the sums over the frequencies
 *
 *   V = sum g conj(q) + conj(g) p      W = sum g conj(q^2) + conj(g) p^2
 *
 * of which dv = V and dw = sum over the pairs of conj(v) W. A warp has a mode and CAUCHY_PAIRS pairs, its lanes the frequencies in turn.
 * Where z is infinite V of pair (B, C) gains the real part's gradient. out: {V_re, V_im, W_re, W_im} as eight arrays of [pairs, H n], for
 * each the float nearest and what it leaves. Grid: groups of modes by channels by groups of pairs.
 */
extern "C" __global__ void __launch_bounds__(128) cauchy_kernel_mode_gradients(const double* __restrict__ pole_re,
        const double* __restrict__ pole_im, const double* __restrict__ sums, const float* __restrict__ gradient_re, float* __restrict__ out,
        int first, int channels, int all_channels, int modes, int pairs, int heads, int length, int frequencies) {
    int mode = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    int channel = blockIdx.y;
    int from_pair = blockIdx.z * CAUCHY_PAIRS;
    if (mode >= modes) return;
    long long at_mode = static_cast<long long>(first + channel) * modes + mode;
    long long jobs = static_cast<long long>(channels) * frequencies;
    double w_re = pole_re[at_mode], w_im = pole_im[at_mode];
    double v[CAUCHY_PAIRS][2] = {}, w[CAUCHY_PAIRS][2] = {};
    int finite = (length + 1) / 2;
    for (int k = lane; k < finite; k += 32) {
        double y = 2.0 * cauchy_tangent(k, length);
        double d_im = y - w_im, e_im = y + w_im;
        double d = 1.0 / (w_re * w_re + d_im * d_im), e = 1.0 / (w_re * w_re + e_im * e_im);
        double q_re = -w_re * d, q_im = -d_im * d, p_re = -w_re * e, p_im = -e_im * e;
        double qq_re = q_re * q_re - q_im * q_im, qq_im = 2.0 * q_re * q_im, pp_re = p_re * p_re - p_im * p_im, pp_im = 2.0 * p_re * p_im;
        double qp_re = q_re + p_re, qp_im = q_im + p_im, qm_re = q_re - p_re, qm_im = p_im - q_im;
        double sp_re = qq_re + pp_re, sp_im = qq_im + pp_im, sm_re = qq_re - pp_re, sm_im = pp_im - qq_im;
#pragma unroll
        for (int p = 0; p < CAUCHY_PAIRS; p++) {
            long long at = min(from_pair + p, pairs - 1) * jobs + static_cast<long long>(channel) * frequencies + k;
            double g_re = sums[at], g_im = sums[pairs * jobs + at];
            v[p][0] += g_re * qp_re + g_im * qp_im;
            v[p][1] += g_im * qm_re + g_re * qm_im;
            w[p][0] += g_re * sp_re + g_im * sp_im;
            w[p][1] += g_im * sm_re + g_re * sm_im;
        }
    }
    long long size = static_cast<long long>(all_channels) * modes;
#pragma unroll
    for (int p = 0; p < CAUCHY_PAIRS; p++) {
        int pair = from_pair + p;
        double results[4] = {v[p][0], v[p][1], w[p][0], w[p][1]};
#pragma unroll
        for (int part = 0; part < 4; part++) {
            for (int bits = 16; bits > 0; bits /= 2) results[part] += __shfl_xor_sync(FULL_WARP, results[part], bits);
        }
        if (lane == 0 && pair < pairs) {
            if (frequencies > finite && pair < heads) {
                results[0] += gradient_re[(static_cast<long long>(pair) * all_channels + first + channel) * frequencies + frequencies - 1];
            }
#pragma unroll
            for (int part = 0; part < 4; part++) {
                float nearest = static_cast<float>(results[part]);
                long long at = pair * size + at_mode;
                out[2 * part * pairs * size + at] = nearest;
                out[(2 * part + 1) * pairs * size + at] = static_cast<float>(results[part] - nearest);
            }
        }
    }
}
