// companion_recurrence.cu for few states: a warp has a row, its states in registers, one, two or four in a lane, so that a step waits for shuffles
// alone and never for a barrier.
//
// A step needs a sum over the states, which takes longer than the rest of it. The sums of COMPANION_JOINT steps are taken together, all from the state
// before them: with x_{j+1} = M x_j + d_j, v . x_j = (v M^j) . x_0 + sum over i < j of (v M^{j-1-i}) . d_i, the v M^j being the same for all steps.
//
// What a row reads is fetched COMPANION_AHEAD steps at a time, before the steps in hand are worked on: they follow one another too fast to wait for
// memory.
#include "longwave.cuh"

static constexpr int COMPANION_AHEAD = 8;
static constexpr int COMPANION_JOINT = 4;
static_assert(COMPANION_AHEAD % COMPANION_JOINT == 0, "steps are taken in whole groups");

/** Each of the numbers summed over the lanes, in every lane; the sums do not wait for each other. */
template <int COUNT>
__device__ __forceinline__ void companion_warp_sums(float (&sums)[COUNT]) {
#pragma unroll
    for (int bits = 16; bits > 0; bits /= 2) {
#pragma unroll
        for (int i = 0; i < COUNT; i++) sums[i] += __shfl_xor_sync(FULL_WARP, sums[i], bits);
    }
}

/** A row of n states, OWN in each lane of a warp. States past the last are 0 and stay it. */
template <int OWN>
struct CompanionLanes {
    int lane, n;

    __device__ __forceinline__ explicit CompanionLanes(int n) : lane(threadIdx.x % 32), n(n) {}

    __device__ __forceinline__ bool has(int j) const { return lane * OWN + j < n; }

    /** This lane's states of the row that starts at `from`. */
    __device__ __forceinline__ void load(const float* from, float* x) const {
#pragma unroll
        for (int j = 0; j < OWN; j++) x[j] = has(j) ? from[lane * OWN + j] : 0.0f;
    }

    __device__ __forceinline__ void store(const float* x, float* to) const {
#pragma unroll
        for (int j = 0; j < OWN; j++)
            if (has(j)) to[lane * OWN + j] = x[j];
    }

    __device__ __forceinline__ void add(const float* x, float* to) const {
#pragma unroll
        for (int j = 0; j < OWN; j++)
            if (has(j)) to[lane * OWN + j] += x[j];
    }

    /** This lane's share of x . y, on top of `sum`. */
    __device__ __forceinline__ float share(const float* x, const float* y, float sum) const {
#pragma unroll
        for (int j = 0; j < OWN; j++) sum = fmaf(x[j], y[j], sum);
        return sum;
    }

    /** x . y in every lane. */
    __device__ __forceinline__ float dot(const float* x, const float* y) const {
        float sums[1] = {share(x, y, 0.0f)};
        companion_warp_sums(sums);
        return sums[0];
    }

    /** to = x, act(x), act(act(x)), ... */
    template <class Act>
    __device__ __forceinline__ void powers(const float* x, float (&to)[COMPANION_JOINT][OWN], Act act) const {
        float now[OWN];
#pragma unroll
        for (int i = 0; i < OWN; i++) now[i] = x[i];
#pragma unroll
        for (int j = 0; j < COMPANION_JOINT; j++) {
#pragma unroll
            for (int i = 0; i < OWN; i++) to[j][i] = now[i];
            if (j < COMPANION_JOINT - 1) act(now);
        }
    }

    /** x[n-1] in every lane. */
    __device__ __forceinline__ float last(const float* x) const {
        float value = x[0];
#pragma unroll
        for (int j = 1; j < OWN; j++) value = (n - 1) % OWN == j ? x[j] : value;
        return __shfl_sync(FULL_WARP, value, (n - 1) / OWN);
    }

    /** x[i] <- x[i-1] + a[i] last: A x. */
    __device__ __forceinline__ void act_on_column(const float* a, float last, float* x) const {
        float before = __shfl_up_sync(FULL_WARP, x[OWN - 1], 1);
#pragma unroll
        for (int j = OWN - 1; j > 0; j--) x[j] = has(j) ? fmaf(a[j], last, x[j - 1]) : 0.0f;
        x[0] = has(0) ? fmaf(a[0], last, lane > 0 ? before : 0.0f) : 0.0f;
    }

    /** x <- (A + b k^T) x. */
    __device__ __forceinline__ void act_on_closed_column(const float* a, const float* b, const float* k, float* x) const {
        float along_k = dot(k, x);
        act_on_column(a, last(x), x);
#pragma unroll
        for (int j = 0; j < OWN; j++) x[j] = fmaf(along_k, b[j], x[j]);
    }

    /** x <- x (A + b k^T). */
    __device__ __forceinline__ void act_on_closed_row(const float* a, const float* b, const float* k, float* x) const {
        float along_b = dot(b, x);
        act_on_row(dot(a, x), x);
#pragma unroll
        for (int j = 0; j < OWN; j++) x[j] = fmaf(along_b, k[j], x[j]);
    }

    /** x[j] <- x[j+1] and x[n-1] <- last: x A where last = x . a. */
    __device__ __forceinline__ void act_on_row(float last, float* x) const {
        float behind = __shfl_down_sync(FULL_WARP, x[0], 1);
#pragma unroll
        for (int j = 0; j < OWN; j++) {
            float next = j < OWN - 1 ? x[j + 1] : lane < 31 ? behind : 0.0f;
            x[j] = lane * OWN + j == n - 1 ? last : next;
        }
    }
};

template <int OWN>
__device__ __forceinline__ void companion_lanes_powers(const float* a_rows, const float* b_rows, float* powers, int steps, int n) {
    CompanionLanes<OWN> own(n);
    long long h = blockIdx.x;
    float a[OWN], x[OWN];
    own.load(a_rows + h * n, a);
    own.load(b_rows + h * n, x);
    for (int t = 0; t < steps; t++) {
        own.store(x, powers + (h * steps + steps - 1 - t) * n);
        own.act_on_column(a, own.last(x), x);
    }
}

template <int OWN>
__device__ __forceinline__ void companion_lanes_powers_backward(const float* a_rows, const float* powers, const float* gradient, float* da,
        float* db, int steps, int n) {
    CompanionLanes<OWN> own(n);
    long long h = blockIdx.x;
    float a[OWN], lambda[OWN] = {}, sums[OWN] = {};
    own.load(a_rows + h * n, a);
    float ahead[COMPANION_JOINT][OWN];  // A^j a: lambda_j . a is asked for
    own.powers(a, ahead, [&](float* x) { own.act_on_column(a, own.last(x), x); });
    float coming[COMPANION_AHEAD][OWN], coming_last[COMPANION_AHEAD];
    auto fetch = [&](int from) {
#pragma unroll
        for (int u = 0; u < COMPANION_AHEAD; u++) {
            long long at = (h * steps + min(from + u, steps - 1)) * n;
            own.load(gradient + at, coming[u]);
            coming_last[u] = powers[at + n - 1];
        }
    };
    fetch(0);
    for (int from = 0; from < steps; from += COMPANION_AHEAD) {
        float d[COMPANION_AHEAD][OWN], last[COMPANION_AHEAD];
#pragma unroll
        for (int u = 0; u < COMPANION_AHEAD; u++) {
            last[u] = coming_last[u];
#pragma unroll
            for (int j = 0; j < OWN; j++) d[u][j] = coming[u][j];
        }
        fetch(from + COMPANION_AHEAD);
#pragma unroll
        for (int u = 0; u < COMPANION_AHEAD; u += COMPANION_JOINT) {
            float dots[COMPANION_JOINT];
#pragma unroll
            for (int j = 0; j < COMPANION_JOINT; j++) {
                dots[j] = 0.0f;
#pragma unroll
                for (int i = 0; i < j; i++) dots[j] = own.share(ahead[j - 1 - i], d[u + i], dots[j]);
                dots[j] = own.share(ahead[j], lambda, dots[j]);
            }
            companion_warp_sums(dots);
#pragma unroll
            for (int j = 0; j < COMPANION_JOINT; j++) {
                if (from + u + j < steps) {
#pragma unroll
                    for (int i = 0; i < OWN; i++) sums[i] = fmaf(last[u + j], lambda[i], sums[i]);
                    own.act_on_row(dots[j], lambda);
#pragma unroll
                    for (int i = 0; i < OWN; i++) lambda[i] += d[u + j][i];
                }
            }
        }
    }
    own.add(sums, da + h * n);
    own.add(lambda, db + h * n);
}

template <int OWN>
__device__ __forceinline__ void companion_lanes_rollout(const float* a_rows, const float* b_rows, const float* k_rows, const float* c_rows,
        float* rollout, int steps, int n) {
    CompanionLanes<OWN> own(n);
    long long h = blockIdx.x;
    float a[OWN], b[OWN], k[OWN], r[OWN];
    own.load(a_rows + h * n, a);
    own.load(b_rows + h * n, b);
    own.load(k_rows + h * n, k);
    own.load(c_rows + h * n, r);
    float ahead_b[COMPANION_JOINT][OWN], ahead_a[COMPANION_JOINT][OWN];  // (A + b k^T)^j b and a: r_j . b and r_j . a are asked for
    auto act = [&](float* x) { own.act_on_closed_column(a, b, k, x); };
    own.powers(b, ahead_b, act);
    own.powers(a, ahead_a, act);
    for (int from = 0; from < steps; from += COMPANION_JOINT) {
        float sums[2 * COMPANION_JOINT];
#pragma unroll
        for (int j = 0; j < COMPANION_JOINT; j++) {
            sums[2 * j] = own.share(ahead_b[j], r, 0.0f);
            sums[2 * j + 1] = own.share(ahead_a[j], r, 0.0f);
        }
        companion_warp_sums(sums);
#pragma unroll
        for (int j = 0; j < COMPANION_JOINT; j++) {
            if (from + j < steps) {
                own.store(r, rollout + (h * steps + from + j) * n);
                own.act_on_row(sums[2 * j + 1], r);
#pragma unroll
                for (int i = 0; i < OWN; i++) r[i] = fmaf(sums[2 * j], k[i], r[i]);
            }
        }
    }
}

template <int OWN>
__device__ __forceinline__ void companion_lanes_rollout_backward(const float* a_rows, const float* b_rows, const float* k_rows,
        const float* rollout, const float* gradient, float* da, float* db, float* dk, float* dc, int steps, int n) {
    CompanionLanes<OWN> own(n);
    long long h = blockIdx.x;
    float a[OWN], b[OWN], k[OWN], mu[OWN] = {};
    float a_sums[OWN] = {}, b_sums[OWN] = {}, k_sums[OWN] = {};
    own.load(a_rows + h * n, a);
    own.load(b_rows + h * n, b);
    own.load(k_rows + h * n, k);
    float ahead[COMPANION_JOINT][OWN];  // k (A + b k^T)^j: k . mu_j is asked for
    own.powers(k, ahead, [&](float* x) { own.act_on_closed_row(a, b, k, x); });
    float coming[COMPANION_AHEAD][OWN], coming_d[COMPANION_AHEAD][OWN];
    auto fetch = [&](int from) {
#pragma unroll
        for (int u = 0; u < COMPANION_AHEAD; u++) {
            long long at = (h * steps + max(steps - 1 - from - u, 0)) * n;
            own.load(rollout + at, coming[u]);
            own.load(gradient + at, coming_d[u]);
        }
    };
    fetch(0);
    for (int from = 0; from < steps; from += COMPANION_AHEAD) {
        float r[COMPANION_AHEAD][OWN], d[COMPANION_AHEAD][OWN];
#pragma unroll
        for (int u = 0; u < COMPANION_AHEAD; u++) {
#pragma unroll
            for (int j = 0; j < OWN; j++) {
                r[u][j] = coming[u][j];
                d[u][j] = coming_d[u][j];
            }
        }
        fetch(from + COMPANION_AHEAD);
#pragma unroll
        for (int u = 0; u < COMPANION_AHEAD; u += COMPANION_JOINT) {
            float sums[2 * COMPANION_JOINT];  // k . mu_j and b . r_j
#pragma unroll
            for (int j = 0; j < COMPANION_JOINT; j++) {
                sums[2 * j] = 0.0f;
#pragma unroll
                for (int i = 0; i < j; i++) sums[2 * j] = own.share(ahead[j - 1 - i], d[u + i], sums[2 * j]);
                sums[2 * j] = own.share(ahead[j], mu, sums[2 * j]);
                sums[2 * j + 1] = own.share(b, r[u + j], 0.0f);
            }
            companion_warp_sums(sums);
#pragma unroll
            for (int j = 0; j < COMPANION_JOINT; j++) {
                if (from + u + j < steps) {
                    float along_k = sums[2 * j], along_b = sums[2 * j + 1], last = own.last(mu);
#pragma unroll
                    for (int i = 0; i < OWN; i++) {
                        a_sums[i] = fmaf(last, r[u + j][i], a_sums[i]);
                        b_sums[i] = fmaf(along_k, r[u + j][i], b_sums[i]);
                        k_sums[i] = fmaf(along_b, mu[i], k_sums[i]);
                    }
                    own.act_on_column(a, last, mu);
#pragma unroll
                    for (int i = 0; i < OWN; i++) mu[i] += fmaf(along_k, b[i], d[u + j][i]);
                }
            }
        }
    }
    own.add(a_sums, da + h * n);
    own.add(b_sums, db + h * n);
    own.add(k_sums, dk + h * n);
    own.add(mu, dc + h * n);
}

/** powers[r] = A^(L-1-r) b, [H, L, N]. */
#define COMPANION_POWERS_KERNEL(name, own) \
    extern "C" __global__ void __launch_bounds__(32) name(const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ powers, \
            int steps, int n) { \
        companion_lanes_powers<own>(a, b, powers, steps, n); \
    }

/** lambda_t = dX_t + lambda_{t+1} A, db += lambda_0, da += sum X_t[N-1] lambda_{t+1}. */
#define COMPANION_POWERS_BACKWARD_KERNEL(name, own) \
    extern "C" __global__ void __launch_bounds__(32) name(const float* __restrict__ a, const float* __restrict__ powers, \
            const float* __restrict__ gradient, float* __restrict__ da, float* __restrict__ db, int steps, int n) { \
        companion_lanes_powers_backward<own>(a, powers, gradient, da, db, steps, n); \
    }

/** R[0] = c, R[t+1] = R[t] (A + b k^T), [H, T, N]. */
#define COMPANION_ROLLOUT_KERNEL(name, own) \
    extern "C" __global__ void __launch_bounds__(32) name(const float* __restrict__ a, const float* __restrict__ b, \
            const float* __restrict__ k, const float* __restrict__ c, float* __restrict__ rollout, int steps, int n) { \
        companion_lanes_rollout<own>(a, b, k, c, rollout, steps, n); \
    }

/** mu_t = dR_t + (A + b k^T) mu_{t+1}; dc += mu_0, da += sum mu_{t+1}[N-1] R_t, db += sum (k . mu_{t+1}) R_t, dk += sum (R_t . b) mu_{t+1}. */
#define COMPANION_ROLLOUT_BACKWARD_KERNEL(name, own) \
    extern "C" __global__ void __launch_bounds__(32) name(const float* __restrict__ a, const float* __restrict__ b, \
            const float* __restrict__ k, const float* __restrict__ rollout, const float* __restrict__ gradient, float* __restrict__ da, \
            float* __restrict__ db, float* __restrict__ dk, float* __restrict__ dc, int steps, int n) { \
        companion_lanes_rollout_backward<own>(a, b, k, rollout, gradient, da, db, dk, dc, steps, n); \
    }

COMPANION_POWERS_KERNEL(companion_recurrence_powers_own1, 1)
COMPANION_POWERS_KERNEL(companion_recurrence_powers_own2, 2)
COMPANION_POWERS_KERNEL(companion_recurrence_powers_own4, 4)
COMPANION_POWERS_BACKWARD_KERNEL(companion_recurrence_powers_backward_own1, 1)
COMPANION_POWERS_BACKWARD_KERNEL(companion_recurrence_powers_backward_own2, 2)
COMPANION_POWERS_BACKWARD_KERNEL(companion_recurrence_powers_backward_own4, 4)
COMPANION_ROLLOUT_KERNEL(companion_recurrence_rollout_own1, 1)
COMPANION_ROLLOUT_KERNEL(companion_recurrence_rollout_own2, 2)
COMPANION_ROLLOUT_KERNEL(companion_recurrence_rollout_own4, 4)
COMPANION_ROLLOUT_BACKWARD_KERNEL(companion_recurrence_rollout_backward_own1, 1)
COMPANION_ROLLOUT_BACKWARD_KERNEL(companion_recurrence_rollout_backward_own2, 2)
COMPANION_ROLLOUT_BACKWARD_KERNEL(companion_recurrence_rollout_backward_own4, 4)
