// Powers of a companion matrix A = S + a e^T acting on a column, closed loops, and their gradients. See
// io.longwave.kernel.CompanionRecurrence.
//
//   (A x)[i] = x[i-1] + a[i] x[N-1]        (r A)[j] = r[j+1], (r A)[N-1] = r . a
//
// A block has a row and a thread one state, or several a block's width apart. Steps follow one another with the state in shared memory, in
// two buffers in turn, so that a step costs one barrier; where it has a sum over the states, the two barriers of the sum do: before it a
// thread reads its own states alone. Results are [H, L, N], states fastest.
#include "longwave.cuh"

/** Sums of two numbers over the threads of a block, the same bits in every thread. slots are 64 floats. */
__device__ __forceinline__ void companion_sums(float& one, float& two, float* slots) {
    one = warp_sum(one);
    two = warp_sum(two);
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        slots[threadIdx.x / 32] = one;
        slots[32 + threadIdx.x / 32] = two;
    }
    __syncthreads();
    bool there = threadIdx.x % 32 < blockDim.x / 32;
    one = warp_sum(there ? slots[threadIdx.x % 32] : 0.0f);
    two = warp_sum(there ? slots[32 + threadIdx.x % 32] : 0.0f);
}

/** powers[r] = A^(L-1-r) b. Shared: two states. */
extern "C" __global__ void companion_recurrence_powers(const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ powers,
        int steps, int n) {
    DYNAMIC_SHARED(float, shared);
    long long h = blockIdx.x;
    for (int i = threadIdx.x; i < n; i += blockDim.x) shared[i] = b[h * n + i];
    __syncthreads();
    for (int t = 0; t < steps; t++) {
        const float* now = shared + t % 2 * n;
        float* next = shared + (t + 1) % 2 * n;
        float* row = powers + (h * steps + steps - 1 - t) * n;
        float last = now[n - 1];
        for (int i = threadIdx.x; i < n; i += blockDim.x) {
            row[i] = now[i];
            next[i] = fmaf(a[h * n + i], last, i > 0 ? now[i - 1] : 0.0f);
        }
        __syncthreads();
    }
}

/** lambda_t = dX_t + lambda_{t+1} A, db += lambda_0, da += sum X_t[N-1] lambda_{t+1}. Shared: two lambdas, da and 32 numbers. */
extern "C" __global__ void companion_recurrence_powers_backward(const float* __restrict__ a, const float* __restrict__ powers,
        const float* __restrict__ gradient, float* __restrict__ da, float* __restrict__ db, int steps, int n) {
    DYNAMIC_SHARED(float, shared);
    float* sums = shared + 2 * n;
    float* slots = sums + n;
    long long h = blockIdx.x;
    for (int i = threadIdx.x; i < n; i += blockDim.x) {
        shared[i] = 0.0f;
        sums[i] = 0.0f;
    }
    for (int r = 0; r < steps; r++) {
        const float* now = shared + r % 2 * n;
        float* next = shared + (r + 1) % 2 * n;
        long long row = (h * steps + r) * n;
        float last = powers[row + n - 1];
        float dot = 0.0f;
        for (int i = threadIdx.x; i < n; i += blockDim.x) {
            sums[i] = fmaf(last, now[i], sums[i]);
            dot = fmaf(now[i], a[h * n + i], dot);
        }
        dot = block_sum(dot, slots);
        for (int i = threadIdx.x; i < n; i += blockDim.x) next[i] = (i < n - 1 ? now[i + 1] : dot) + gradient[row + i];
    }
    for (int i = threadIdx.x; i < n; i += blockDim.x) {
        da[h * n + i] += sums[i];
        db[h * n + i] += shared[steps % 2 * n + i];
    }
}

/** kernel[h, t] = c . powers[h, L-1-t]. A warp has a number of the kernel. */
extern "C" __global__ void companion_recurrence_kernel(const float* __restrict__ powers, const float* __restrict__ c,
        float* __restrict__ kernel, long long count, int steps, int n) {
    long long job = first_element() / 32;
    int lane = threadIdx.x % 32;
    if (job >= count) return;
    long long h = job / steps, t = job % steps;
    const float* row = powers + (h * steps + steps - 1 - t) * n;
    float sum = 0.0f;
    for (int i = lane; i < n; i += 32) sum = fmaf(c[h * n + i], row[i], sum);
    sum = warp_sum(sum);
    if (lane == 0) kernel[job] = sum;
}

/**
 * dpowers[h, L-1-t] = dk[t] c, and partial[slice, h] = sum of dk[t] powers[h, L-1-t] over the times of a slice. Grid: tiles of states by
 * rows by slices; a thread has a state and walks over the times.
 */
extern "C" __global__ void companion_recurrence_kernel_backward(const float* __restrict__ powers, const float* __restrict__ c,
        const float* __restrict__ gradient, float* __restrict__ dpowers, float* __restrict__ partial, int rows, int steps, int n,
        int accumulate) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    int per_slice = (steps + gridDim.z - 1) / gridDim.z;
    int from = blockIdx.z * per_slice, to = min(steps, from + per_slice);
    for (long long h = blockIdx.y; h < rows; h += gridDim.y) {
        float weight = c[h * n + i];
        float sum = 0.0f;
        for (int t = from; t < to; t++) {
            float dk = gradient[h * steps + t];
            long long at = (h * steps + steps - 1 - t) * n + i;
            sum = fmaf(dk, powers[at], sum);
            dpowers[at] = accumulate ? fmaf(dk, weight, dpowers[at]) : dk * weight;
        }
        partial[(blockIdx.z * static_cast<long long>(rows) + h) * n + i] = sum;
    }
}

/** target[i] += sum over the slices of partial[slice, i], in their order. */
extern "C" __global__ void companion_recurrence_add_slices(const float* __restrict__ partial, float* __restrict__ target, long long n,
        int slices) {
    for (long long i = first_element(); i < n; i += element_step()) {
        float sum = 0.0f;
        for (int slice = 0; slice < slices; slice++) sum += partial[slice * n + i];
        target[i] += sum;
    }
}

/** R[0] = c, R[t+1] = R[t] (A + b k^T). Shared: two rows and 64 numbers. */
extern "C" __global__ void companion_recurrence_rollout(const float* __restrict__ a, const float* __restrict__ b,
        const float* __restrict__ k, const float* __restrict__ c, float* __restrict__ rollout, int steps, int n) {
    DYNAMIC_SHARED(float, shared);
    float* slots = shared + 2 * n;
    long long h = blockIdx.x;
    for (int i = threadIdx.x; i < n; i += blockDim.x) shared[i] = c[h * n + i];
    __syncthreads();
    for (int t = 0; t < steps; t++) {
        const float* now = shared + t % 2 * n;
        float* next = shared + (t + 1) % 2 * n;
        float feedback = 0.0f, last = 0.0f;
        for (int i = threadIdx.x; i < n; i += blockDim.x) {
            rollout[(h * steps + t) * n + i] = now[i];
            feedback = fmaf(now[i], b[h * n + i], feedback);
            last = fmaf(now[i], a[h * n + i], last);
        }
        companion_sums(feedback, last, slots);
        for (int i = threadIdx.x; i < n; i += blockDim.x) next[i] = fmaf(feedback, k[h * n + i], i < n - 1 ? now[i + 1] : last);
    }
}

/**
 * mu_t = dR_t + (A + b k^T) mu_{t+1}; dc += mu_0, da += sum mu_{t+1}[N-1] R_t, db += sum (k . mu_{t+1}) R_t, dk += sum (R_t . b) mu_{t+1}.
 * Shared: two mus, three sums and 64 numbers.
 */
extern "C" __global__ void companion_recurrence_rollout_backward(const float* __restrict__ a, const float* __restrict__ b,
        const float* __restrict__ k, const float* __restrict__ rollout, const float* __restrict__ gradient, float* __restrict__ da,
        float* __restrict__ db, float* __restrict__ dk, float* __restrict__ dc, int steps, int n) {
    DYNAMIC_SHARED(float, shared);
    float* a_sums = shared + 2 * n;
    float* b_sums = a_sums + n;
    float* k_sums = b_sums + n;
    float* slots = k_sums + n;
    long long h = blockIdx.x;
    for (int i = threadIdx.x; i < n; i += blockDim.x) {
        shared[i] = 0.0f;
        a_sums[i] = 0.0f;
        b_sums[i] = 0.0f;
        k_sums[i] = 0.0f;
    }
    for (int step = 0; step < steps; step++) {
        const float* now = shared + step % 2 * n;
        float* next = shared + (step + 1) % 2 * n;
        long long row = (h * steps + steps - 1 - step) * n;
        float along_k = 0.0f, along_b = 0.0f;
        for (int i = threadIdx.x; i < n; i += blockDim.x) {
            along_k = fmaf(k[h * n + i], now[i], along_k);
            along_b = fmaf(b[h * n + i], rollout[row + i], along_b);
        }
        companion_sums(along_k, along_b, slots);
        float last = now[n - 1];
        for (int i = threadIdx.x; i < n; i += blockDim.x) {
            float r = rollout[row + i];
            a_sums[i] = fmaf(last, r, a_sums[i]);
            b_sums[i] = fmaf(along_k, r, b_sums[i]);
            k_sums[i] = fmaf(along_b, now[i], k_sums[i]);
            next[i] = fmaf(a[h * n + i], last, i > 0 ? now[i - 1] : 0.0f) + fmaf(along_k, b[h * n + i], gradient[row + i]);
        }
    }
    for (int i = threadIdx.x; i < n; i += blockDim.x) {
        da[h * n + i] += a_sums[i];
        db[h * n + i] += b_sums[i];
        dk[h * n + i] += k_sums[i];
        dc[h * n + i] += shared[steps % 2 * n + i];
    }
}
