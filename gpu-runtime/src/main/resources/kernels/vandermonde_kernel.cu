// K[r, l] = f Re sum_n w[r, n] exp((start + l) e[r, n]) and the gradient by w and e. See io.longwave.kernel.VandermondeKernel.
//
// With l = 64 a + b the exponential is a product of two, so there are two small tables per mode: basis[r, n, b] = exp(b e) for b < 64 and
// steps[r, n, a] = f w exp((start + 64 a) e). The kernel is their product over the modes, [L/64, 2 n] by [2 n, 64] for each row; no number
// is the result of a long chain of multiplications. Tables are [R, n, .], real and imaginary parts apart. Modes are one array of doubles:
// log_re, log_im, weight_re and weight_im, [R n] each, and the factor f.
#include "longwave.cuh"

static constexpr int VANDERMONDE_SPLIT = 64;
static constexpr int VANDERMONDE_MODES = 16;  // modes whose tables are in shared memory together
static constexpr int VANDERMONDE_STEPS = 64;  // steps of 64 taps that a block makes
static constexpr int VANDERMONDE_SHARE = 4;   // modes of a warp on the way back

/**
 * Both tables, with weights or without. double: phases of thousands of radians keep their digits only when whole turns are taken off in float64;
 * these are 64 + L / 64 numbers per mode.
 */
extern "C" __global__ void vandermonde_kernel_tables(const double* __restrict__ numbers, int weighted, float* __restrict__ basis_re,
        float* __restrict__ basis_im, float* __restrict__ steps_re, float* __restrict__ steps_im, long long modes, int steps, int start) {
    const double* log_re = numbers;
    const double* log_im = numbers + modes;
    const double* weight_re = numbers + 2 * modes;
    const double* weight_im = numbers + 3 * modes;
    double factor = numbers[4 * modes];
    const double turns_per_radian = 0.15915494309189533577;
    int width = VANDERMONDE_SPLIT + steps;
    for (long long i = first_element(); i < modes * width; i += element_step()) {
        long long mode = i / width;
        int j = static_cast<int>(i % width);
        bool is_basis = j < VANDERMONDE_SPLIT;
        double power = is_basis ? j : static_cast<double>(start) + static_cast<double>(VANDERMONDE_SPLIT) * (j - VANDERMONDE_SPLIT);
        double turns = log_im[mode] * power * turns_per_radian;
        turns -= rint(turns);
        double sine, cosine;
        sincospi(2.0 * turns, &sine, &cosine);
        double size = exp(log_re[mode] * power);
        double re = size * cosine, im = size * sine;
        if (is_basis) {
            basis_re[mode * VANDERMONDE_SPLIT + j] = static_cast<float>(re);
            basis_im[mode * VANDERMONDE_SPLIT + j] = static_cast<float>(im);
        } else {
            double w_re = weighted ? weight_re[mode] : 1.0;
            double w_im = weighted ? weight_im[mode] : 0.0;
            long long at = mode * steps + j - VANDERMONDE_SPLIT;
            steps_re[at] = static_cast<float>(factor * (w_re * re - w_im * im));
            steps_im[at] = static_cast<float>(factor * (w_re * im + w_im * re));
        }
    }
}

/**
 * The product. A thread makes four taps of each of four steps; 16 threads make all 64 taps of them. Grid: rows by groups of
 * VANDERMONDE_STEPS steps; block: 16 by a fourth of the steps of a group.
 */
extern "C" __global__ void __launch_bounds__(256) vandermonde_kernel_forward(const float* __restrict__ basis_re,
        const float* __restrict__ basis_im, const float* __restrict__ steps_re, const float* __restrict__ steps_im,
        float* __restrict__ kernel, int count, int steps, int length) {
    __shared__ float4 basis[2][VANDERMONDE_MODES][VANDERMONDE_SPLIT / 4];
    __shared__ float4 step[2][VANDERMONDE_MODES][VANDERMONDE_STEPS / 4];
    float* basis_flat = &basis[0][0][0].x;
    float* step_flat = &step[0][0][0].x;
    long long row = blockIdx.x;
    int thread = threadIdx.y * 16 + threadIdx.x;
    int threads = blockDim.y * 16;
    int group = blockDim.y * 4;
    for (int first = blockIdx.y * group; first < steps; first += gridDim.y * group) {
        float sum[4][4] = {};
        for (int from = 0; from < count; from += VANDERMONDE_MODES) {
            __syncthreads();
            for (int i = thread; i < VANDERMONDE_MODES * VANDERMONDE_SPLIT; i += threads) {
                int n = i / VANDERMONDE_SPLIT;
                bool there = from + n < count;
                long long at = (row * count + from) * VANDERMONDE_SPLIT + i;
                basis_flat[i] = there ? basis_re[at] : 0.0f;
                basis_flat[VANDERMONDE_MODES * VANDERMONDE_SPLIT + i] = there ? basis_im[at] : 0.0f;
            }
            for (int i = thread; i < VANDERMONDE_MODES * group; i += threads) {
                int n = i / group, a = i % group;
                bool there = from + n < count && first + a < steps;
                long long at = (row * count + from + n) * steps + first + a;
                step_flat[n * VANDERMONDE_STEPS + a] = there ? steps_re[at] : 0.0f;
                step_flat[(VANDERMONDE_MODES + n) * VANDERMONDE_STEPS + a] = there ? steps_im[at] : 0.0f;
            }
            __syncthreads();
            int modes = min(VANDERMONDE_MODES, count - from);
            for (int n = 0; n < modes; n++) {
                float4 b_re = basis[0][n][threadIdx.x], b_im = basis[1][n][threadIdx.x];
                float4 a_re = step[0][n][threadIdx.y], a_im = step[1][n][threadIdx.y];
                float s_re[4] = {a_re.x, a_re.y, a_re.z, a_re.w}, s_im[4] = {a_im.x, a_im.y, a_im.z, a_im.w};
#pragma unroll
                for (int a = 0; a < 4; a++) {
                    sum[a][0] = fmaf(s_re[a], b_re.x, fmaf(-s_im[a], b_im.x, sum[a][0]));
                    sum[a][1] = fmaf(s_re[a], b_re.y, fmaf(-s_im[a], b_im.y, sum[a][1]));
                    sum[a][2] = fmaf(s_re[a], b_re.z, fmaf(-s_im[a], b_im.z, sum[a][2]));
                    sum[a][3] = fmaf(s_re[a], b_re.w, fmaf(-s_im[a], b_im.w, sum[a][3]));
                }
            }
        }
#pragma unroll
        for (int a = 0; a < 4; a++) {
#pragma unroll
            for (int b = 0; b < 4; b++) {
                long long l = static_cast<long long>(first + threadIdx.y * 4 + a) * VANDERMONDE_SPLIT + threadIdx.x * 4 + b;
                // a mode that has died leaves zeros: what is subnormal slows down whoever computes with it on a processor
                if (l < length) kernel[row * length + l] = fabsf(sum[a][b]) < 1.17549435e-38f ? 0.0f : sum[a][b];
            }
        }
    }
}

/**
 * The product where there are few steps, for more blocks and no waiting for shared memory. A thread makes one tap of two steps, 64 threads all taps of
 * them; what it reads of eight modes is on its way together. Grid: rows by groups of steps; block: 64 by half the steps of a group.
 */
extern "C" __global__ void __launch_bounds__(256) vandermonde_kernel_forward_short(const float* __restrict__ basis_re,
        const float* __restrict__ basis_im, const float* __restrict__ steps_re, const float* __restrict__ steps_im,
        float* __restrict__ kernel, int count, int steps, int length) {
    constexpr int BATCH = 8;
    long long row = blockIdx.x;
    int first = (blockIdx.y * blockDim.y + threadIdx.y) * 2;
    int one = min(first, steps - 1), other = min(first + 1, steps - 1);
    float sums[2] = {};
    for (int from = 0; from < count; from += BATCH) {
        float b_re[BATCH], b_im[BATCH], s_re[2][BATCH], s_im[2][BATCH];
#pragma unroll
        for (int i = 0; i < BATCH; i++) {
            long long mode = row * count + min(from + i, count - 1);
            bool there = from + i < count;
            b_re[i] = there ? basis_re[mode * VANDERMONDE_SPLIT + threadIdx.x] : 0.0f;
            b_im[i] = there ? basis_im[mode * VANDERMONDE_SPLIT + threadIdx.x] : 0.0f;
            s_re[0][i] = steps_re[mode * steps + one];
            s_im[0][i] = steps_im[mode * steps + one];
            s_re[1][i] = steps_re[mode * steps + other];
            s_im[1][i] = steps_im[mode * steps + other];
        }
#pragma unroll
        for (int i = 0; i < BATCH; i++) {
#pragma unroll
            for (int a = 0; a < 2; a++) sums[a] = fmaf(s_re[a][i], b_re[i], fmaf(-s_im[a][i], b_im[i], sums[a]));
        }
    }
#pragma unroll
    for (int a = 0; a < 2; a++) {
        long long l = static_cast<long long>(first + a) * VANDERMONDE_SPLIT + threadIdx.x;
        if (l < length) kernel[row * length + l] = fabsf(sums[a]) < 1.17549435e-38f ? 0.0f : sums[a];  // see above
    }
}

/**
 * S = sum_l g[l] E[l] and T = sum_l (start + l) g[l] E[l] with E = f exp((start + l) e), then dw = conj(S) and de = conj(w T). A warp has
 * VANDERMONDE_SHARE modes of a row; a lane adds up what its two taps of every 64 see over the steps, and only then are basis and lanes
 * brought in. `steps` tables are without weights. out: {dw_re, dw_im, de_re, de_im} as eight arrays of [R n], for each the float nearest
 * and what it leaves.
 */
extern "C" __global__ void __launch_bounds__(128) vandermonde_kernel_backward(const float* __restrict__ gradient,
        const float* __restrict__ basis_re, const float* __restrict__ basis_im, const float* __restrict__ steps_re,
        const float* __restrict__ steps_im, const double* __restrict__ numbers, float* __restrict__ out, int rows, int count, int steps, int length, int start) {
    int groups = (count + VANDERMONDE_SHARE - 1) / VANDERMONDE_SHARE;
    long long job = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    if (job >= static_cast<long long>(rows) * groups) return;
    long long row = job / groups;
    int from = static_cast<int>(job % groups) * VANDERMONDE_SHARE;
    float s_re[VANDERMONDE_SHARE][2] = {}, s_im[VANDERMONDE_SHARE][2] = {}, t_re[VANDERMONDE_SHARE][2] = {},
            t_im[VANDERMONDE_SHARE][2] = {};
    for (int a = 0; a < steps; a++) {
        float g[2], late[2];
#pragma unroll
        for (int half = 0; half < 2; half++) {
            long long l = static_cast<long long>(a) * VANDERMONDE_SPLIT + 32 * half + lane;
            g[half] = l < length ? gradient[row * length + l] : 0.0f;
            late[half] = g[half] * static_cast<float>(start + l);
        }
#pragma unroll
        for (int i = 0; i < VANDERMONDE_SHARE; i++) {
            long long at = (row * count + min(from + i, count - 1)) * steps + a;
            float e_re = steps_re[at], e_im = steps_im[at];
#pragma unroll
            for (int half = 0; half < 2; half++) {
                s_re[i][half] = fmaf(e_re, g[half], s_re[i][half]);
                s_im[i][half] = fmaf(e_im, g[half], s_im[i][half]);
                t_re[i][half] = fmaf(e_re, late[half], t_re[i][half]);
                t_im[i][half] = fmaf(e_im, late[half], t_im[i][half]);
            }
        }
    }
#pragma unroll
    for (int i = 0; i < VANDERMONDE_SHARE; i++) {
        long long mode = row * count + min(from + i, count - 1);
        // double: sums of 64 numbers per mode, whose terms may cancel
        double sums[4] = {};
#pragma unroll
        for (int half = 0; half < 2; half++) {
            double b_re = basis_re[mode * VANDERMONDE_SPLIT + 32 * half + lane],
                    b_im = basis_im[mode * VANDERMONDE_SPLIT + 32 * half + lane];
            sums[0] += b_re * s_re[i][half] - b_im * s_im[i][half];
            sums[1] += b_re * s_im[i][half] + b_im * s_re[i][half];
            sums[2] += b_re * t_re[i][half] - b_im * t_im[i][half];
            sums[3] += b_re * t_im[i][half] + b_im * t_re[i][half];
        }
#pragma unroll
        for (int part = 0; part < 4; part++) {
            for (int bits = 16; bits > 0; bits /= 2) sums[part] += __shfl_xor_sync(FULL_WARP, sums[part], bits);
        }
        if (lane == 0 && from + i < count) {
            long long modes = static_cast<long long>(rows) * count;
            double w_re = numbers[2 * modes + mode], w_im = numbers[3 * modes + mode];
            double results[4] = {sums[0], -sums[1], w_re * sums[2] - w_im * sums[3], -(w_re * sums[3] + w_im * sums[2])};
#pragma unroll
            for (int part = 0; part < 4; part++) {
                float nearest = static_cast<float>(results[part]);
                out[2 * part * modes + mode] = nearest;
                out[(2 * part + 1) * modes + mode] = static_cast<float>(results[part] - nearest);
            }
        }
    }
}
