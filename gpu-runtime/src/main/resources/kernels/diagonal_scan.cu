// The diagonal recurrence x_t = a x_{t-1} + u_t of M modes over B rows each, and its gradient. See io.longwave.kernel.DiagonalScan.
//
// Rows are [M, B, L], time fastest. A warp walks along a row, or along one of its chunks, 32 steps at a time: lane i has step i, five
// shuffles with a, a^2, .., a^16 make the scan of the 32 and a^(i+1) brings in the state before them. Where there are too few rows to fill
// the card, time is cut in chunks: one kernel leaves the end of each chunk that starts from zero, one adds these up along a row to the
// state each chunk starts from, and then all chunks run at once. The gradient runs the same scan from the last step to the first with the
// conjugate of a. Real modes pass null for imaginary parts. Nothing here is __restrict__: x may be u, du may be dx.
#include "longwave.cuh"

static constexpr int DIAGONAL_SCAN_TILES = 4;  // tiles of 32 steps that are loaded together
static constexpr int DIAGONAL_SCAN_STRIDE = 32 * DIAGONAL_SCAN_TILES;

/** Powers of a (or its conjugate) that a lane needs: a^(2^k) and a^(lane + 1). */
template <bool COMPLEX> struct DiagonalScanPowers {
    float re[5];
    float im[5];
    float lane_re;
    float lane_im;

    /** double: a handful of numbers per row, so that each power is rounded once. */
    __device__ __forceinline__ DiagonalScanPowers(float a_re, float a_im, int lane) {
        double p_re = a_re, p_im = a_im, l_re = a_re, l_im = a_im;
#pragma unroll
        for (int k = 0; k < 5; k++) {
            re[k] = static_cast<float>(p_re);
            im[k] = static_cast<float>(p_im);
            if (lane >> k & 1) {
                double keep = l_re;
                l_re = l_re * p_re - l_im * p_im;
                l_im = keep * p_im + l_im * p_re;
            }
            double keep = p_re;
            p_re = p_re * p_re - p_im * p_im;
            p_im = 2 * keep * p_im;
        }
        lane_re = static_cast<float>(l_re);
        lane_im = static_cast<float>(l_im);
    }

    /** Scan of one number per lane from the state before them, which becomes that of lane 31. */
    __device__ __forceinline__ void scan(float& v_re, float& v_im, float& carry_re, float& carry_im, int lane) const {
#pragma unroll
        for (int k = 0; k < 5; k++) {
            float up_re = __shfl_up_sync(FULL_WARP, v_re, 1 << k);
            float up_im = COMPLEX ? __shfl_up_sync(FULL_WARP, v_im, 1 << k) : 0.0f;
            if (lane >= 1 << k) {
                v_re = fmaf(re[k], up_re, v_re);
                if (COMPLEX) {
                    v_re = fmaf(-im[k], up_im, v_re);
                    v_im = fmaf(re[k], up_im, fmaf(im[k], up_re, v_im));
                }
            }
        }
        v_re = fmaf(lane_re, carry_re, v_re);
        if (COMPLEX) {
            v_re = fmaf(-lane_im, carry_im, v_re);
            v_im = fmaf(lane_re, carry_im, fmaf(lane_im, carry_re, v_im));
        }
        carry_re = __shfl_sync(FULL_WARP, v_re, 31);
        if (COMPLEX) carry_im = __shfl_sync(FULL_WARP, v_im, 31);
    }
};

/** ends[row, chunk]: the state after the chunk if it were 0 before. Reversed, the scan runs from the last step with the conjugate of a. */
template <bool COMPLEX> __device__ __forceinline__ void diagonal_scan_ends(const float* a_re, const float* a_im, const float* u_re,
        const float* u_im, float* ends_re, float* ends_im, long long rows, int batch, int length, int chunk, int chunks, int reversed) {
    long long job = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    if (job >= rows * chunks) return;
    long long row = job / chunks;
    int from = static_cast<int>(job % chunks) * chunk;
    int to = min(length, from + chunk);
    float sign = reversed ? -1.0f : 1.0f;
    DiagonalScanPowers<COMPLEX> powers(a_re[row / batch], COMPLEX ? sign * a_im[row / batch] : 0.0f, lane);
    float carry_re = 0.0f, carry_im = 0.0f;
    for (int base = from; base < to; base += 32) {
        int k = base + lane;
        long long at = row * length + (reversed ? length - 1 - k : k);
        float v_re = k < to ? u_re[at] : 0.0f;
        float v_im = COMPLEX && k < to ? u_im[at] : 0.0f;
        powers.scan(v_re, v_im, carry_re, carry_im, lane);
    }
    if (lane == 0) {
        ends_re[job] = carry_re;
        if (COMPLEX) ends_im[job] = carry_im;
    }
}

extern "C" __global__ void diagonal_scan_ends_real(const float* a_re, const float* a_im, const float* u_re, const float* u_im,
        float* ends_re, float* ends_im, long long rows, int batch, int length, int chunk, int chunks, int reversed) {
    diagonal_scan_ends<false>(a_re, a_im, u_re, u_im, ends_re, ends_im, rows, batch, length, chunk, chunks, reversed);
}

extern "C" __global__ void diagonal_scan_ends_complex(const float* a_re, const float* a_im, const float* u_re, const float* u_im,
        float* ends_re, float* ends_im, long long rows, int batch, int length, int chunk, int chunks, int reversed) {
    diagonal_scan_ends<true>(a_re, a_im, u_re, u_im, ends_re, ends_im, rows, batch, length, chunk, chunks, reversed);
}

/**
 * Replaces ends[row, chunk] by the state before the chunk, which before the first is `initial` (null for zero). A thread has a row; a_im
 * and what belongs to it are null for real modes.
 */
extern "C" __global__ void diagonal_scan_starts(const float* a_re, const float* a_im, const float* initial_re, const float* initial_im,
        float* ends_re, float* ends_im, long long rows, int batch, int chunk, int chunks, int reversed) {
    long long row = first_element();
    if (row >= rows) return;
    // double: a to the length of a chunk, one number per row
    double base_re = a_re[row / batch], base_im = a_im == nullptr ? 0.0 : a_im[row / batch];
    if (reversed) base_im = -base_im;
    double p_re = 1, p_im = 0;
    for (int bits = chunk; bits > 0; bits /= 2) {
        if (bits & 1) {
            double keep = p_re;
            p_re = p_re * base_re - p_im * base_im;
            p_im = keep * base_im + p_im * base_re;
        }
        double keep = base_re;
        base_re = base_re * base_re - base_im * base_im;
        base_im = 2 * keep * base_im;
    }
    float power_re = static_cast<float>(p_re), power_im = static_cast<float>(p_im);
    float x_re = initial_re == nullptr ? 0.0f : initial_re[row];
    float x_im = initial_im == nullptr ? 0.0f : initial_im[row];
    for (int c = 0; c < chunks; c++) {
        long long at = row * chunks + c;
        float end_re = ends_re[at];
        float end_im = ends_im == nullptr ? 0.0f : ends_im[at];
        ends_re[at] = x_re;
        if (ends_im != nullptr) ends_im[at] = x_im;
        float next = fmaf(power_re, x_re, fmaf(-power_im, x_im, end_re));
        x_im = fmaf(power_re, x_im, fmaf(power_im, x_re, end_im));
        x_re = next;
    }
}

/** starts[row, chunk] may be null for zero; last[row] may be null. */
template <bool COMPLEX> __device__ __forceinline__ void diagonal_scan_forward(const float* a_re, const float* a_im, const float* u_re,
        const float* u_im, const float* starts_re, const float* starts_im, float* x_re, float* x_im, float* last_re, float* last_im,
        long long rows, int batch, int length, int chunk, int chunks) {
    long long job = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    if (job >= rows * chunks) return;
    long long row = job / chunks;
    int from = static_cast<int>(job % chunks) * chunk;
    int to = min(length, from + chunk);
    DiagonalScanPowers<COMPLEX> powers(a_re[row / batch], COMPLEX ? a_im[row / batch] : 0.0f, lane);
    float carry_re = starts_re == nullptr ? 0.0f : starts_re[job];
    float carry_im = !COMPLEX || starts_im == nullptr ? 0.0f : starts_im[job];
    for (int base = from; base < to; base += DIAGONAL_SCAN_STRIDE) {
        float v_re[DIAGONAL_SCAN_TILES], v_im[DIAGONAL_SCAN_TILES];
#pragma unroll
        for (int i = 0; i < DIAGONAL_SCAN_TILES; i++) {
            int t = base + 32 * i + lane;
            v_re[i] = t < to ? u_re[row * length + t] : 0.0f;
            v_im[i] = COMPLEX && t < to ? u_im[row * length + t] : 0.0f;
        }
#pragma unroll
        for (int i = 0; i < DIAGONAL_SCAN_TILES; i++) {
            int t = base + 32 * i + lane;
            powers.scan(v_re[i], v_im[i], carry_re, carry_im, lane);
            if (t < to) {
                x_re[row * length + t] = v_re[i];
                if (COMPLEX) x_im[row * length + t] = v_im[i];
            }
            if (t == length - 1 && last_re != nullptr) {
                last_re[row] = v_re[i];
                if (COMPLEX) last_im[row] = v_im[i];
            }
        }
    }
}

extern "C" __global__ void __launch_bounds__(128) diagonal_scan_forward_real(const float* a_re, const float* a_im, const float* u_re,
        const float* u_im, const float* starts_re, const float* starts_im, float* x_re, float* x_im, float* last_re, float* last_im,
        long long rows, int batch, int length, int chunk, int chunks) {
    diagonal_scan_forward<false>(a_re, a_im, u_re, u_im, starts_re, starts_im, x_re, x_im, last_re, last_im, rows, batch, length, chunk,
            chunks);
}

extern "C" __global__ void __launch_bounds__(128) diagonal_scan_forward_complex(const float* a_re, const float* a_im, const float* u_re,
        const float* u_im, const float* starts_re, const float* starts_im, float* x_re, float* x_im, float* last_re, float* last_im,
        long long rows, int batch, int length, int chunk, int chunks) {
    diagonal_scan_forward<true>(a_re, a_im, u_re, u_im, starts_re, starts_im, x_re, x_im, last_re, last_im, rows, batch, length, chunk,
            chunks);
}

/**
 * lambda_t = dx_t + conj(a) lambda_{t+1}: du takes lambda, partial[row, chunk] the sum of lambda_t conj(x_{t-1}) over the chunk, dinitial
 * (or null) gains conj(a) lambda_0. starts[row, chunk] is lambda behind the chunk, null for zero.
 */
template <bool COMPLEX> __device__ __forceinline__ void diagonal_scan_backward(const float* a_re, const float* a_im, const float* x_re,
        const float* x_im, const float* initial_re, const float* initial_im, const float* dx_re, const float* dx_im, const float* starts_re,
        const float* starts_im, float* du_re, float* du_im, float* partial_re, float* partial_im, float* dinitial_re, float* dinitial_im,
        long long rows, int batch, int length, int chunk, int chunks, int accumulate) {
    long long job = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    if (job >= rows * chunks) return;
    long long row = job / chunks;
    int from = static_cast<int>(job % chunks) * chunk;
    int to = min(length, from + chunk);
    float m_re = a_re[row / batch], m_im = COMPLEX ? -a_im[row / batch] : 0.0f;
    DiagonalScanPowers<COMPLEX> powers(m_re, m_im, lane);
    float carry_re = starts_re == nullptr ? 0.0f : starts_re[job];
    float carry_im = !COMPLEX || starts_im == nullptr ? 0.0f : starts_im[job];
    float sum_re = 0.0f, sum_im = 0.0f;
    for (int base = from; base < to; base += DIAGONAL_SCAN_STRIDE) {
        float v_re[DIAGONAL_SCAN_TILES], v_im[DIAGONAL_SCAN_TILES];
#pragma unroll
        for (int i = 0; i < DIAGONAL_SCAN_TILES; i++) {
            int k = base + 32 * i + lane;
            long long at = row * length + length - 1 - k;
            v_re[i] = k < to ? dx_re[at] : 0.0f;
            v_im[i] = COMPLEX && k < to ? dx_im[at] : 0.0f;
        }
#pragma unroll
        for (int i = 0; i < DIAGONAL_SCAN_TILES; i++) {
            int k = base + 32 * i + lane;
            powers.scan(v_re[i], v_im[i], carry_re, carry_im, lane);
            if (k < to) {
                int t = length - 1 - k;
                long long at = row * length + t;
                float before_re = t > 0 ? x_re[at - 1] : initial_re == nullptr ? 0.0f : initial_re[row];
                sum_re = fmaf(v_re[i], before_re, sum_re);
                du_re[at] = accumulate ? du_re[at] + v_re[i] : v_re[i];
                if (COMPLEX) {
                    float before_im = t > 0 ? x_im[at - 1] : initial_im == nullptr ? 0.0f : initial_im[row];
                    sum_re = fmaf(v_im[i], before_im, sum_re);
                    sum_im = fmaf(v_im[i], before_re, fmaf(-v_re[i], before_im, sum_im));
                    du_im[at] = accumulate ? du_im[at] + v_im[i] : v_im[i];
                }
                if (t == 0 && dinitial_re != nullptr) {
                    dinitial_re[row] += m_re * v_re[i] - m_im * v_im[i];
                    if (COMPLEX) dinitial_im[row] += m_re * v_im[i] + m_im * v_re[i];
                }
            }
        }
    }
    sum_re = warp_sum(sum_re);
    if (COMPLEX) sum_im = warp_sum(sum_im);
    if (lane == 0) {
        partial_re[job] = sum_re;
        if (COMPLEX) partial_im[job] = sum_im;
    }
}

extern "C" __global__ void __launch_bounds__(128) diagonal_scan_backward_real(const float* a_re, const float* a_im, const float* x_re,
        const float* x_im, const float* initial_re, const float* initial_im, const float* dx_re, const float* dx_im, const float* starts_re,
        const float* starts_im, float* du_re, float* du_im, float* partial_re, float* partial_im, float* dinitial_re, float* dinitial_im,
        long long rows, int batch, int length, int chunk, int chunks, int accumulate) {
    diagonal_scan_backward<false>(a_re, a_im, x_re, x_im, initial_re, initial_im, dx_re, dx_im, starts_re, starts_im, du_re, du_im,
            partial_re, partial_im, dinitial_re, dinitial_im, rows, batch, length, chunk, chunks, accumulate);
}

extern "C" __global__ void __launch_bounds__(128) diagonal_scan_backward_complex(const float* a_re, const float* a_im, const float* x_re,
        const float* x_im, const float* initial_re, const float* initial_im, const float* dx_re, const float* dx_im, const float* starts_re,
        const float* starts_im, float* du_re, float* du_im, float* partial_re, float* partial_im, float* dinitial_re, float* dinitial_im,
        long long rows, int batch, int length, int chunk, int chunks, int accumulate) {
    diagonal_scan_backward<true>(a_re, a_im, x_re, x_im, initial_re, initial_im, dx_re, dx_im, starts_re, starts_im, du_re, du_im,
            partial_re, partial_im, dinitial_re, dinitial_im, rows, batch, length, chunk, chunks, accumulate);
}

/** target[r] += sum of partial[r, .] over `count` numbers; a warp has a row and always adds in the same order. */
extern "C" __global__ void diagonal_scan_add_rows(const float* __restrict__ partial, float* __restrict__ target, int rows,
        long long count) {
    int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    if (row >= rows) return;
    float sum = 0.0f;
    for (long long i = lane; i < count; i += 32) sum += partial[row * count + i];
    sum = warp_sum(sum);
    if (lane == 0) target[row] += sum;
}
