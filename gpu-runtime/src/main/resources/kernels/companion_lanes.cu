// companion_recurrence.cu for few states: a warp has a row, its states in registers, one, two or four in a lane, so that a step waits for shuffles
// alone and never for a barrier.
//
// What a row reads is fetched COMPANION_AHEAD steps at a time, before the steps in hand are worked on: they follow one another too fast to wait for
// memory.
#include "longwave.cuh"

static constexpr int COMPANION_AHEAD = 8;

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

    /** x . y in every lane. */
    __device__ __forceinline__ float dot(const float* x, const float* y) const {
        float sum = 0.0f;
#pragma unroll
        for (int j = 0; j < OWN; j++) sum = j == 0 ? x[0] * y[0] : fmaf(x[j], y[j], sum);
        return warp_sum(sum);
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
        for (int u = 0; u < COMPANION_AHEAD; u++) {
            if (from + u < steps) {
                float dot = own.dot(lambda, a);
#pragma unroll
                for (int j = 0; j < OWN; j++) sums[j] = fmaf(last[u], lambda[j], sums[j]);
                own.act_on_row(dot, lambda);
#pragma unroll
                for (int j = 0; j < OWN; j++) lambda[j] += d[u][j];
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
    for (int t = 0; t < steps; t++) {
        own.store(r, rollout + (h * steps + t) * n);
        float feedback = own.dot(r, b), last = own.dot(r, a);
        own.act_on_row(last, r);
#pragma unroll
        for (int j = 0; j < OWN; j++) r[j] = fmaf(feedback, k[j], r[j]);
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
        for (int u = 0; u < COMPANION_AHEAD; u++) {
            if (from + u < steps) {
                float along_k = own.dot(k, mu), along_b = own.dot(b, r[u]), last = own.last(mu);
#pragma unroll
                for (int j = 0; j < OWN; j++) {
                    a_sums[j] = fmaf(last, r[u][j], a_sums[j]);
                    b_sums[j] = fmaf(along_k, r[u][j], b_sums[j]);
                    k_sums[j] = fmaf(along_b, mu[j], k_sums[j]);
                }
                own.act_on_column(a, last, mu);
#pragma unroll
                for (int j = 0; j < OWN; j++) mu[j] += fmaf(along_k, b[j], d[u][j]);
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
