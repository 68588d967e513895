// The recurrence of a two-dimensional state space model over variates and time, and its gradient. See io.longwave.kernel.GridScan, which
// has the formulas.
//
// A wavefront: (v, t) needs (v, t-1) and (v-1, t), so at step s warp w works on time s - w of its variates, one after another where it has
// several, and hands the states of the last of them to warp w + 1, which reads them a step later: exact, with one barrier a step. Sequences
// are [H, V, L, B] with the batch fastest, so the lanes of a warp are members of the batch, or of several channels, side by side, q = h B +
// b. That, and not variates side by side with shuffles between, is what makes loads of whole lines of x, the steps, B and C.
//
// Blocks: tiles of 32 q by groups of four modes. Modes are on their own but for y, whose parts are added by a kernel of their own; with a
// companion matrix one block has all modes, four at a time, and goes through them such that none is overwritten before it is read. Rows are
// variates in the order of the sweep. States between kernels are [2, N, rows, Q], first h1 and then h2, Q being H B rounded up to 32. ROWS:
// a warp may have several rows, then states wait in memory between steps; ALL: all modes in one block, with ROWS. Else they are in
// registers.
#include "exact_hold.cuh"

static constexpr int GRID_MODES = 4;
static constexpr int GRID_FORWARD_THREADS = 384;
static constexpr int GRID_BACKWARD_THREADS = 256;
// Discretizations, in the order of GridScan.Discretization; 1, ZERO_ORDER_HOLD, is what is none of these.
static constexpr int GRID_NONE = 0;
static constexpr int GRID_EXPONENTIAL = 2;
static constexpr int GRID_EULER = 3;

/** One equation of one mode at one position, made discrete. */
struct GridDiscrete {
    float phi, own, other, in;

    __device__ __forceinline__ GridDiscrete(int kind, float a, float a_other, float b, float step) {
        float grown = kind == GRID_NONE ? 0.0f : expm1f(step * a);
        own = kind == GRID_NONE ? a : grown + 1.0f;
        phi = kind == GRID_NONE ? 1.0f : kind == GRID_EULER || fabsf(a) < 1e-30f ? step : grown / a;
        other = kind == GRID_EXPONENTIAL ? expf(step * a_other) : phi * a_other;
        in = phi * b;
    }

    /** Adds the gradients of A, A', B and the step, given those of what is discrete. */
    __device__ __forceinline__ void add(int kind, float a, float a_other, float b, float step, float d_own, float d_other, float d_in,
            float& da, float& da_other, float& db, float& dstep) const {
        db = fmaf(phi, d_in, db);
        if (kind == GRID_NONE) {
            da += d_own;
            da_other += d_other;
            return;
        }
        float of_a = step * own * d_own;
        float of_step = own * a * d_own;
        float through = b * d_in;
        if (kind == GRID_EXPONENTIAL) {
            da_other = fmaf(step * other, d_other, da_other);
            of_step = fmaf(a_other * other, d_other, of_step);
        } else {
            da_other = fmaf(phi, d_other, da_other);
            through = fmaf(a_other, d_other, through);
        }
        if (kind == GRID_EULER) {
            of_step += through;
        } else {
            of_a = fmaf(exact_hold_slope(step, a, own, phi), through, of_a);
            of_step = fmaf(own, through, of_step);
        }
        da += of_a;
        dstep += of_step;
    }
};

/** Parameters, and four modes of them at a time. */
struct GridParameters {
    const float *a1, *a2, *a3, *a4, *b1, *b2, *c1, *c2;
    int selective;
};

struct GridModes {
    float a1[GRID_MODES], a2[GRID_MODES], a3[GRID_MODES], a4[GRID_MODES];
    float b1[GRID_MODES], b2[GRID_MODES], c1[GRID_MODES], c2[GRID_MODES];

    /** Modes from k0 on of channel h; zeros behind the last, whose states stay zero. */
    __device__ __forceinline__ void load(const GridParameters& p, long long h, int k0, int n) {
#pragma unroll
        for (int m = 0; m < GRID_MODES; m++) {
            bool there = k0 + m < n;
            long long at = h * n + k0 + m;
            a1[m] = there ? p.a1[at] : 0.0f;
            a2[m] = there ? p.a2[at] : 0.0f;
            a3[m] = there ? p.a3[at] : 0.0f;
            a4[m] = there ? p.a4[at] : 0.0f;
            if (!p.selective) take(p, m, at, there);
        }
    }

    /** B and C of a position, [N, V, L, B]: `at` of mode k0, `stride` between modes. */
    __device__ __forceinline__ void load_position(const GridParameters& p, long long at, long long stride, int k0, int n) {
#pragma unroll
        for (int m = 0; m < GRID_MODES; m++) take(p, m, at + m * stride, k0 + m < n);
    }

    __device__ __forceinline__ void take(const GridParameters& p, int m, long long at, bool there) {
        b1[m] = there ? p.b1[at] : 0.0f;
        b2[m] = there ? p.b2[at] : 0.0f;
        c1[m] = there ? p.c1[at] : 0.0f;
        c2[m] = there ? p.c2[at] : 0.0f;
    }
};

/** Where a thread is. */
struct GridPlace {
    int variates, length, batch, n, reverse;
    int warp, warps, lane, first_row, rows;
    long long q, all_q, h, b;
    bool valid;

    __device__ __forceinline__ GridPlace(int channels, int variates, int length, int batch, int n, int reverse, int rows_per_warp)
        : variates(variates), length(length), batch(batch), n(n), reverse(reverse) {
        warp = threadIdx.x / 32;
        warps = blockDim.x / 32;
        lane = threadIdx.x % 32;
        first_row = warp * rows_per_warp;
        rows = min(rows_per_warp, variates - first_row);
        q = static_cast<long long>(blockIdx.x) * 32 + lane;
        all_q = static_cast<long long>(gridDim.x) * 32;
        valid = q < static_cast<long long>(channels) * batch;
        h = valid ? q / batch : 0;
        b = valid ? q % batch : 0;
    }
    __device__ __forceinline__ int variate(int row) const { return reverse ? variates - 1 - row : row; }
    __device__ __forceinline__ long long sequence(int row, int t) const {
        return ((h * variates + variate(row)) * length + t) * batch + b;
    }
    __device__ __forceinline__ long long input(int k, int row, int t) const {
        return ((static_cast<long long>(k) * variates + variate(row)) * length + t) * batch + b;
    }
    /** Numbers of states of a column. */
    __device__ __forceinline__ long long column() const { return 2LL * n * variates * all_q; }
    __device__ __forceinline__ long long state(int part, int k, int row) const {
        return ((static_cast<long long>(part) * n + k) * variates + row) * all_q + q;
    }
};

/** Between states [2, N, rows, Q] and [H, V, N, B] of two tensors; in: outer null is zeros. */
extern "C" __global__ void grid_scan_state_in(const float* __restrict__ h1, const float* __restrict__ h2, float* __restrict__ state,
        int channels, int variates, int batch, int n, long long all_q, int reverse) {
    long long count = 2LL * n * variates * all_q;
    for (long long i = first_element(); i < count; i += element_step()) {
        long long q = i % all_q, row = i / all_q % variates, k = i / all_q / variates % n;
        const float* from = i / all_q / variates / n == 0 ? h1 : h2;
        long long v = reverse ? variates - 1 - row : row;
        bool there = from != nullptr && q < static_cast<long long>(channels) * batch;
        state[i] = there ? from[((q / batch * variates + v) * n + k) * batch + q % batch] : 0.0f;
    }
}

extern "C" __global__ void grid_scan_state_out(const float* __restrict__ state, float* __restrict__ h1, float* __restrict__ h2,
        int channels, int variates, int batch, int n, long long all_q, int reverse, int accumulate) {
    long long count = 2LL * n * variates * all_q;
    for (long long i = first_element(); i < count; i += element_step()) {
        long long q = i % all_q, row = i / all_q % variates, k = i / all_q / variates % n;
        if (q >= static_cast<long long>(channels) * batch) continue;
        float* to = i / all_q / variates / n == 0 ? h1 : h2;
        long long v = reverse ? variates - 1 - row : row;
        long long at = ((q / batch * variates + v) * n + k) * batch + q % batch;
        to[at] = accumulate ? to[at] + state[i] : state[i];
    }
}

/** target[i] = source[from + i]. */
extern "C" __global__ void grid_scan_take(const float* __restrict__ source, float* __restrict__ target, long long from, long long n) {
    for (long long i = first_element(); i < n; i += element_step()) target[i] = source[from + i];
}

/**
 * Columns `from` to `to`. state: those before, and after. What may be null: kept, [columns / every, column], the states before every so
 * many columns; columns, [to - from, column], all states; y, [groups, H, V, L, B], parts of C1 h1 + C2 h2. exchange: [blocks, 2, warps, 2,
 * modes of a block, 32], used with ALL in place of shared memory.
 */
template <bool ROWS, bool ALL> __device__ __forceinline__ void grid_scan_forward(const float* x, const GridParameters& p,
        const float* step1, const float* step2, float* state, float* kept, float* columns, float* y, float* exchange, int channels,
        int variates, int length, int batch, int n, int reverse, int time_kind, int variate_kind, int from, int to, int every,
        int rows_per_warp) {
    GridPlace at(channels, variates, length, batch, n, reverse, rows_per_warp);
    int tiles = (n + GRID_MODES - 1) / GRID_MODES;
    int first_tile = ALL ? tiles - 1 : static_cast<int>(blockIdx.y), last_tile = ALL ? 0 : first_tile;
    int block_modes = ALL ? tiles * GRID_MODES : GRID_MODES;
    if (ALL) exchange += blockIdx.x * (4LL * at.warps * block_modes * 32);
    GridModes modes = {};
    float h1[GRID_MODES], h2[GRID_MODES];
    if (!ALL) modes.load(p, at.h, first_tile * GRID_MODES, n);
    if (!ROWS) {
#pragma unroll
        for (int m = 0; m < GRID_MODES; m++) {
            int k = first_tile * GRID_MODES + m;
            h1[m] = k < n ? state[at.state(0, k, at.first_row)] : 0.0f;
            h2[m] = k < n ? state[at.state(1, k, at.first_row)] : 0.0f;
        }
    }
    for (int s = 0; s < to - from + at.warps - 1; s++) {
        int t = from + s - at.warp;
        bool active = t >= from && t < to;
        for (int r = 0; active && r < (ROWS ? at.rows : 1); r++) {
            int row = at.first_row + r;
            long long position = at.sequence(row, t);
            float input = x[position];
            float size1 = time_kind == GRID_NONE ? 0.0f : step1[position], size2 = variate_kind == GRID_NONE ? 0.0f : step2[position];
            float last = ALL ? state[at.state(0, n - 1, row)] : 0.0f;
            float sum = 0.0f;
            for (int tile = first_tile; tile >= last_tile; tile--) {
                int k0 = tile * GRID_MODES;
                float up1[GRID_MODES], up2[GRID_MODES];
                float below = ALL && k0 > 0 ? state[at.state(0, k0 - 1, row)] : 0.0f;
                if (ALL) modes.load(p, at.h, k0, n);
                if (p.selective) modes.load_position(p, at.input(k0, row, t), static_cast<long long>(variates) * length * batch, k0, n);
#pragma unroll
                for (int m = 0; m < GRID_MODES; m++) {
                    int k = k0 + m;
                    bool there = k < n;
                    if (ROWS) {
                        h1[m] = there ? state[at.state(0, k, row)] : 0.0f;
                        h2[m] = there ? state[at.state(1, k, row)] : 0.0f;
                    }
                    if (row == 0) {
                        up1[m] = 0.0f;
                        up2[m] = 0.0f;
                    } else if (r == 0) {
                        int slot = (s + 1) % 2 * at.warps + at.warp - 1;
                        int mode = ALL ? k : m;
                        up1[m] = exchange[((slot * 2LL) * block_modes + mode) * 32 + at.lane];
                        up2[m] = exchange[((slot * 2LL + 1) * block_modes + mode) * 32 + at.lane];
                    } else {
                        up1[m] = there ? state[at.state(0, k, row - 1)] : 0.0f;
                        up2[m] = there ? state[at.state(1, k, row - 1)] : 0.0f;
                    }
                    if (kept != nullptr && there && (t - from) % every == 0) {
                        float* column = kept + (t - from) / every * at.column();
                        column[at.state(0, k, row)] = h1[m];
                        column[at.state(1, k, row)] = h2[m];
                    }
                }
#pragma unroll
                for (int m = GRID_MODES - 1; m >= 0; m--) {
                    int k = k0 + m;
                    GridDiscrete one(time_kind, modes.a1[m], modes.a2[m], modes.b1[m], size1);
                    GridDiscrete two(variate_kind, modes.a4[m], modes.a3[m], modes.b2[m], size2);
                    float along = one.own * (ALL ? last : h1[m]);
                    if (ALL) along += m > 0 ? h1[m - 1] : below;
                    h1[m] = fmaf(one.in, input, fmaf(one.other, h2[m], along));
                    h2[m] = fmaf(two.in, input, fmaf(two.own, up2[m], two.other * up1[m]));
                    sum = fmaf(modes.c1[m], h1[m], fmaf(modes.c2[m], h2[m], sum));
                    if (k >= n) {
                        h1[m] = 0.0f;
                        h2[m] = 0.0f;
                    }
                    if (r == (ROWS ? at.rows : 1) - 1) {
                        int slot = s % 2 * at.warps + at.warp;
                        int mode = ALL ? k : m;
                        exchange[((slot * 2LL) * block_modes + mode) * 32 + at.lane] = h1[m];
                        exchange[((slot * 2LL + 1) * block_modes + mode) * 32 + at.lane] = h2[m];
                    }
                    if (k < n && columns != nullptr) {
                        float* column = columns + (t - from) * at.column();
                        column[at.state(0, k, row)] = h1[m];
                        column[at.state(1, k, row)] = h2[m];
                    }
                    if (k < n && (ROWS || t == to - 1)) {
                        state[at.state(0, k, row)] = h1[m];
                        state[at.state(1, k, row)] = h2[m];
                    }
                }
            }
            long long size = static_cast<long long>(channels) * variates * length * batch;
            if (y != nullptr && at.valid) y[blockIdx.y * size + position] = sum;
        }
        __syncthreads();
    }
}

/** y = D x + the parts of the groups. */
extern "C" __global__ void grid_scan_read_out(const float* __restrict__ parts, const float* __restrict__ x, const float* __restrict__ d,
        float* __restrict__ y, long long n, long long per_channel, int groups) {
    for (long long i = first_element(); i < n; i += element_step()) {
        float sum = d[i / per_channel] * x[i];
        for (int group = 0; group < groups; group++) sum += parts[group * n + i];
        y[i] = sum;
    }
}

/**
 * The way back over columns `from` to `to`, from the last variate and the last column. carry, [2, N, rows, Q], is what comes from the
 * columns behind, and is walked over; columns has the states of these columns and before those of the one before. Out:
 *
 *   parts      [3, groups, rows, every, Q] of dx, dstep1 and dstep2, of columns counted from `from`
 *   positions  [4 N, rows, every, Q] of db1, db2, dc1 and dc2 where they depend on the position
 *   sums       [8 N, warps, Q] of a1, a2, a4, a3, b1, b2, c1 and c2, added to
 *
 * passed: [2, N, warps, Q], room for what one row of a warp hands to the next.
 */
template <bool ROWS, bool ALL> __device__ __forceinline__ void grid_scan_backward(const float* x, const GridParameters& p,
        const float* step1, const float* step2, const float* dy, float* carry, const float* columns, const float* before, float* parts,
        float* positions, float* sums, float* passed, float* exchange, int channels, int variates, int length, int batch, int n,
        int reverse, int time_kind, int variate_kind, int from, int to, int every, int rows_per_warp) {
    GridPlace at(channels, variates, length, batch, n, reverse, rows_per_warp);
    int tiles = (n + GRID_MODES - 1) / GRID_MODES;
    int first_tile = ALL ? 0 : static_cast<int>(blockIdx.y), last_tile = ALL ? tiles - 1 : first_tile;
    int block_modes = ALL ? tiles * GRID_MODES : GRID_MODES;
    int groups = gridDim.y;
    if (ALL) exchange += blockIdx.x * (4LL * at.warps * block_modes * 32);
    GridModes modes = {};
    float c1[GRID_MODES], c2[GRID_MODES];
    float sum[8][GRID_MODES] = {};
    if (!ALL) modes.load(p, at.h, first_tile * GRID_MODES, n);
    if (!ROWS) {
#pragma unroll
        for (int m = 0; m < GRID_MODES; m++) {
            int k = first_tile * GRID_MODES + m;
            c1[m] = k < n ? carry[at.state(0, k, at.first_row)] : 0.0f;
            c2[m] = k < n ? carry[at.state(1, k, at.first_row)] : 0.0f;
        }
    }
    for (int s = 0; s < to - from + at.warps - 1; s++) {
        int t = to - 1 - (s - (at.warps - 1 - at.warp));
        bool active = t >= from && t < to;
        for (int r = (ROWS ? at.rows : 1) - 1; active && r >= 0; r--) {
            int row = at.first_row + r;
            long long position = at.sequence(row, t);
            float input = at.valid ? x[position] : 0.0f, gradient = at.valid ? dy[position] : 0.0f;
            float size1 = time_kind == GRID_NONE ? 0.0f : step1[position], size2 = variate_kind == GRID_NONE ? 0.0f : step2[position];
            const float* now = columns + (t - from) * at.column();
            const float* earlier = t == from ? before : now - at.column();
            float last = ALL ? earlier[at.state(0, n - 1, row)] : 0.0f;
            float dx = 0.0f, dsize1 = 0.0f, dsize2 = 0.0f, through_last = 0.0f;
            for (int tile = first_tile; tile <= last_tile; tile++) {
                int k0 = tile * GRID_MODES;
                if (ALL) modes.load(p, at.h, k0, n);
                if (p.selective) modes.load_position(p, at.input(k0, row, t), static_cast<long long>(variates) * length * batch, k0, n);
#pragma unroll
                for (int m = 0; m < GRID_MODES; m++) {
                    int k = k0 + m;
                    if (k >= n) continue;
                    if (ROWS) {
                        c1[m] = carry[at.state(0, k, row)];
                        c2[m] = carry[at.state(1, k, row)];
                    }
                    int mode = ALL ? k : m;
                    float down1 = 0.0f, down2 = 0.0f;
                    long long own_slot = (static_cast<long long>(k) * at.warps + at.warp) * at.all_q + at.q;
                    long long second = static_cast<long long>(n) * at.warps * at.all_q;
                    if (row < variates - 1 && r == (ROWS ? at.rows : 1) - 1) {
                        int slot = (s + 1) % 2 * at.warps + at.warp + 1;
                        down1 = exchange[((slot * 2LL) * block_modes + mode) * 32 + at.lane];
                        down2 = exchange[((slot * 2LL + 1) * block_modes + mode) * 32 + at.lane];
                    } else if (row < variates - 1) {
                        down1 = passed[own_slot];
                        down2 = passed[second + own_slot];
                    }
                    GridDiscrete one(time_kind, modes.a1[m], modes.a2[m], modes.b1[m], size1);
                    GridDiscrete two(variate_kind, modes.a4[m], modes.a3[m], modes.b2[m], size2);
                    float g1 = fmaf(modes.c1[m], gradient, c1[m] + down1);
                    float g2 = fmaf(modes.c2[m], gradient, c2[m] + down2);
                    float before1 = ALL ? last : earlier[at.state(0, k, row)], before2 = earlier[at.state(1, k, row)];
                    float up1 = row > 0 ? now[at.state(0, k, row - 1)] : 0.0f, up2 = row > 0 ? now[at.state(1, k, row - 1)] : 0.0f;
                    dx = fmaf(one.in, g1, fmaf(two.in, g2, dx));
                    float of_b1 = 0.0f, of_b2 = 0.0f, of_a1 = 0.0f, of_a2 = 0.0f, of_a3 = 0.0f, of_a4 = 0.0f;
                    one.add(time_kind, modes.a1[m], modes.a2[m], modes.b1[m], size1, g1 * before1, g1 * before2, g1 * input, of_a1,
                            of_a2, of_b1, dsize1);
                    two.add(variate_kind, modes.a4[m], modes.a3[m], modes.b2[m], size2, g2 * up2, g2 * up1, g2 * input, of_a4, of_a3, of_b2,
                            dsize2);
                    float of[8] = {of_a1, of_a2, of_a4, of_a3, of_b1, of_b2, gradient * now[at.state(0, k, row)],
                            gradient * now[at.state(1, k, row)]};
#pragma unroll
                    for (int i = 0; i < 8; i++) {
                        if (i >= 4 && p.selective) {
                            positions[((((i - 4LL) * n + k) * variates + row) * every + t - from) * at.all_q + at.q] = of[i];
                        } else if (ALL) {
                            sums[((static_cast<long long>(i) * n + k) * at.warps + at.warp) * at.all_q + at.q] += of[i];
                        } else {
                            sum[i][m] += of[i];
                        }
                    }
                    float pass1 = two.other * g2, pass2 = two.own * g2;
                    if (r == 0) {
                        int slot = s % 2 * at.warps + at.warp;
                        exchange[((slot * 2LL) * block_modes + mode) * 32 + at.lane] = pass1;
                        exchange[((slot * 2LL + 1) * block_modes + mode) * 32 + at.lane] = pass2;
                    } else {
                        passed[own_slot] = pass1;
                        passed[second + own_slot] = pass2;
                    }
                    c2[m] = one.other * g1;
                    if (ALL) {
                        through_last = fmaf(one.own, g1, through_last);
                        if (k > 0) carry[at.state(0, k - 1, row)] = g1;
                    } else {
                        c1[m] = one.own * g1;
                        if (ROWS || t == from) carry[at.state(0, k, row)] = c1[m];
                    }
                    if (ROWS || t == from) carry[at.state(1, k, row)] = c2[m];
                }
            }
            if (ALL) carry[at.state(0, n - 1, row)] = through_last;
            float results[3] = {dx, dsize1, dsize2};
#pragma unroll
            for (int i = 0; i < 3; i++) {
                long long part = (static_cast<long long>(i) * groups + blockIdx.y) * variates + row;
                parts[(part * every + t - from) * at.all_q + at.q] = results[i];
            }
        }
        __syncthreads();
    }
    if (!ALL) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
#pragma unroll
            for (int m = 0; m < GRID_MODES; m++) {
                int k = first_tile * GRID_MODES + m;
                if (k < n && !(i >= 4 && p.selective)) {
                    sums[((static_cast<long long>(i) * n + k) * at.warps + at.warp) * at.all_q + at.q] += sum[i][m];
                }
            }
        }
    }
}

#define GRID_FORWARD_KERNEL(name, rows, all) \
    extern "C" __launch_bounds__(GRID_FORWARD_THREADS) __global__ void name(const float* x, const float* a1, const float* a2, \
            const float* a3, const float* a4, const float* b1, const float* b2, const float* c1, const float* c2, const float* step1, \
            const float* step2, float* state, float* kept, float* columns, float* y, float* exchange, int selective, int channels, \
            int variates, int length, int batch, int n, int reverse, int time_kind, int variate_kind, int from, int to, int every, \
            int rows_per_warp) { \
        DYNAMIC_SHARED(float, shared); \
        GridParameters p = {a1, a2, a3, a4, b1, b2, c1, c2, selective}; \
        grid_scan_forward<rows, all>(x, p, step1, step2, state, kept, columns, y, all ? exchange : shared, channels, variates, \
                length, batch, n, reverse, time_kind, variate_kind, from, to, every, rows_per_warp); \
    }

#define GRID_BACKWARD_KERNEL(name, rows, all) \
    extern "C" __launch_bounds__(GRID_BACKWARD_THREADS) __global__ void name(const float* x, const float* a1, const float* a2, \
            const float* a3, const float* a4, const float* b1, const float* b2, const float* c1, const float* c2, const float* step1, \
            const float* step2, const float* dy, float* carry, const float* columns, const float* before, float* parts, \
            float* positions, float* sums, float* passed, float* exchange, int selective, int channels, int variates, int length, \
            int batch, int n, int reverse, int time_kind, int variate_kind, int from, int to, int every, int rows_per_warp) { \
        DYNAMIC_SHARED(float, shared); \
        GridParameters p = {a1, a2, a3, a4, b1, b2, c1, c2, selective}; \
        grid_scan_backward<rows, all>(x, p, step1, step2, dy, carry, columns, before, parts, positions, sums, passed, \
                all ? exchange : shared, channels, variates, length, batch, n, reverse, time_kind, variate_kind, from, to, every, \
                rows_per_warp); \
    }

GRID_FORWARD_KERNEL(grid_scan_forward_one, false, false)
GRID_FORWARD_KERNEL(grid_scan_forward_rows, true, false)
GRID_FORWARD_KERNEL(grid_scan_forward_companion, true, true)
GRID_BACKWARD_KERNEL(grid_scan_backward_one, false, false)
GRID_BACKWARD_KERNEL(grid_scan_backward_rows, true, false)
GRID_BACKWARD_KERNEL(grid_scan_backward_companion, true, true)

/** dx += D dy + its parts, dstep1 and dstep2, which may be null, += theirs, over columns from `from` to `to`. */
extern "C" __global__ void grid_scan_add_parts(const float* __restrict__ parts, const float* __restrict__ d, const float* __restrict__ dy,
        float* __restrict__ dx, float* __restrict__ dstep1, float* __restrict__ dstep2, int channels, int variates, int length,
        int batch, int reverse, int from, int to, int every, int groups, long long all_q) {
    int width = to - from;
    long long count = static_cast<long long>(channels) * variates * width * batch;
    for (long long i = first_element(); i < count; i += element_step()) {
        long long b = i % batch, t = i / batch % width, v = i / batch / width % variates, h = i / batch / width / variates;
        long long row = reverse ? variates - 1 - v : v;
        long long at = ((h * variates + v) * length + from + t) * batch + b;
        float sums[3] = {d[h] * dy[at], 0.0f, 0.0f};
#pragma unroll
        for (int which = 0; which < 3; which++) {
            for (int group = 0; group < groups; group++) {
                long long part = (static_cast<long long>(which) * groups + group) * variates + row;
                sums[which] += parts[(part * every + t) * all_q + h * batch + b];
            }
        }
        dx[at] += sums[0];
        if (dstep1 != nullptr) dstep1[at] += sums[1];
        if (dstep2 != nullptr) dstep2[at] += sums[2];
    }
}

/** target [N, V, L, B] += sum over the channels of the which-th of `positions`, of columns from `from` to `to`; channels in order. */
extern "C" __global__ void grid_scan_add_positions(const float* __restrict__ positions, float* __restrict__ target, int which, int channels,
        int variates, int length, int batch, int n, int reverse, int from, int to, int every, long long all_q) {
    int width = to - from;
    long long count = static_cast<long long>(n) * variates * width * batch;
    for (long long i = first_element(); i < count; i += element_step()) {
        long long b = i % batch, t = i / batch % width, v = i / batch / width % variates, k = i / batch / width / variates;
        long long row = reverse ? variates - 1 - v : v;
        const float* part = positions + (((static_cast<long long>(which) * n + k) * variates + row) * every + t) * all_q + b;
        float sum = 0.0f;
        for (int h = 0; h < channels; h++) sum += part[static_cast<long long>(h) * batch];
        target[((k * variates + v) * length + from + t) * batch + b] += sum;
    }
}

/**
 * target [H, N] += the which-th of `sums` [8 N, warps, Q] over warps and batch. A warp has a number; its lanes take members of the batch in
 * turn.
 */
extern "C" __global__ void grid_scan_add_sums(const float* __restrict__ sums, float* __restrict__ target, int which, int channels,
        int batch, int n, int warps, long long all_q) {
    long long job = first_element() / 32;
    int lane = threadIdx.x % 32;
    if (job >= static_cast<long long>(channels) * n) return;
    long long h = job / n, k = job % n;
    float sum = 0.0f;
    for (int warp = 0; warp < warps; warp++) {
        const float* row = sums + ((static_cast<long long>(which) * n + k) * warps + warp) * all_q + h * batch;
        for (int b = lane; b < batch; b += 32) sum += row[b];
    }
    sum = warp_sum(sum);
    if (lane == 0) target[job] += sum;
}

/** dd[h] += sum of dy x. A block has a channel. */
extern "C" __global__ void __launch_bounds__(256) grid_scan_add_skip(const float* __restrict__ dy, const float* __restrict__ x,
        float* __restrict__ dd, long long per_channel) {
    __shared__ float slots[32];
    long long h = blockIdx.x;
    float sum = 0.0f;
    for (long long i = threadIdx.x; i < per_channel; i += blockDim.x) sum = fmaf(dy[h * per_channel + i], x[h * per_channel + i], sum);
    sum = block_sum(sum, slots);
    if (threadIdx.x == 0) dd[h] += sum;
}
