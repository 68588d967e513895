// The selective scan of H channels of N states and its gradient. See io.longwave.kernel.SelectiveScan, which has the formulas.
//
// Rows are [H, B, L], B and C are [G N, B, L], time fastest; states between kernels are [.., B, N, H], channels fastest.
//
// A warp has a job: 32 channels of one group, a lane each, of one member of the batch, over one chunk of time. It walks through time in
// tiles of 32 steps, whose inputs it turns through shared memory, since they are stored along time and read across channels; per tile it
// takes the states four at a time in registers. Warps share nothing, there is no barrier of blocks. Between tiles the states wait in
// `running`, [chunks, B, N, H]. Where there are too few channels to fill the card, time is cut in chunks: `ends` walks all chunks from
// zero, `starts` adds these up to the states that chunks start from, the decay of a whole chunk being exp(A sum dt), and then all chunks
// run at once.
//
// A step k of the scan is time k, or L - 1 - k when reversed.
#include "exact_hold.cuh"

static constexpr int SELECTIVE_TILE = 32;
static constexpr int SELECTIVE_PITCH = 33;
static constexpr int SELECTIVE_STATES = 4;
static constexpr int SELECTIVE_BLOCK = 8;  // steps whose states are in registers on the way back
static constexpr int SELECTIVE_ROWS = SELECTIVE_TILE * SELECTIVE_PITCH;
static constexpr int SELECTIVE_INPUTS = SELECTIVE_TILE * SELECTIVE_STATES;
/** Floats of shared memory of a warp; CudaSelectiveScan has the same numbers. */
static constexpr int SELECTIVE_FORWARD_SHARED = 3 * SELECTIVE_ROWS + 2 * SELECTIVE_INPUTS;
static constexpr int SELECTIVE_BACKWARD_SHARED = 6 * SELECTIVE_ROWS + 2 * SELECTIVE_INPUTS + 4 * SELECTIVE_STATES * 32;

__device__ __forceinline__ float selective_softplus(float v) { return fmaxf(v, 0.0f) + log1pf(expf(-fabsf(v))); }

/** dt = softplus(delta + bias), [K, B L]; bias may be null. */
extern "C" __global__ void selective_scan_step_sizes(const float* __restrict__ delta, const float* __restrict__ bias,
        float* __restrict__ sizes, long long n, long long per_head) {
    for (long long i = first_element(); i < n; i += element_step()) {
        sizes[i] = selective_softplus(delta[i] + (bias == nullptr ? 0.0f : bias[i / per_head]));
    }
}

/** Sizes of a scan and where this warp is in it. */
struct SelectiveJob {
    int channels, heads, groups, batch, length, states, reversed;
    int warp, lane;
    long long chunk;
    int entry, group, tile_in_group;
    int first_channel, last_channel;  // of the warp, the last one not included
    bool any;

    __device__ __forceinline__ SelectiveJob(int channels, int heads, int groups, int batch, int length, int states, int reversed,
            int chunks)
        : channels(channels), heads(heads), groups(groups), batch(batch), length(length), states(states), reversed(reversed) {
        warp = threadIdx.x / 32;
        lane = threadIdx.x % 32;
        int per_group = channels / groups;
        int tiles = (per_group + 31) / 32;
        long long job = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
        any = job < static_cast<long long>(chunks) * batch * groups * tiles;
        int tile = static_cast<int>(job % (groups * tiles));
        job /= groups * tiles;
        entry = static_cast<int>(job % batch);
        chunk = job / batch;
        group = tile / tiles;
        tile_in_group = tile % tiles;
        first_channel = group * per_group + 32 * tile_in_group;
        last_channel = min(first_channel + 32, (group + 1) * per_group);
    }

    __device__ __forceinline__ bool mine() const { return first_channel + lane < last_channel; }
    /** The lane's channel, or one that is there. */
    __device__ __forceinline__ int channel() const { return min(first_channel + lane, last_channel - 1); }
    __device__ __forceinline__ int head(int channel) const { return channel / (channels / heads); }
    __device__ __forceinline__ long long time(int k) const { return reversed ? length - 1 - k : k; }
    __device__ __forceinline__ long long row(int h, int k) const { return (static_cast<long long>(h) * batch + entry) * length + time(k); }
    /** Place of a number of B or C. */
    __device__ __forceinline__ long long input(int n, int k) const {
        return ((static_cast<long long>(group) * states + n) * batch + entry) * length + time(k);
    }
    /** Place of the lane's n-th state in slot of [.., B, N, H]. */
    __device__ __forceinline__ long long state(long long slot, int n) const {
        return ((slot * batch + entry) * states + n) * channels + first_channel + lane;
    }
    /** Brings 32 steps of B or C of four states to shared memory, zero where there is nothing. */
    __device__ __forceinline__ void stage_inputs(const float* from, float* to, int first_state, int k0) const {
#pragma unroll
        for (int n = 0; n < SELECTIVE_STATES; n++) {
            bool there = first_state + n < states && k0 + lane < length;
            to[lane * SELECTIVE_STATES + n] = there ? from[input(first_state + n, k0 + lane)] : 0.0f;
        }
    }
    /** Brings u and dt of 32 steps, turned; zero, which changes no state, where there is nothing. */
    __device__ __forceinline__ void stage_rows(const float* u, const float* delta, const float* bias, float* u_tile, float* dt_tile,
            int k0) const {
        int k = k0 + lane;
#pragma unroll 4
        for (int i = 0; i < 32; i++) {
            int h = first_channel + i;
            bool there = h < last_channel && k < length;
            u_tile[lane * SELECTIVE_PITCH + i] = there && u != nullptr ? u[row(h, k)] : 0.0f;
            float size = 0.0f;
            if (there) size = selective_softplus(delta[row(head(h), k)] + (bias == nullptr ? 0.0f : bias[head(h)]));
            dt_tile[lane * SELECTIVE_PITCH + i] = size;
        }
    }
    /** Brings the gradient of v = y before the gate, dy silu(z), turned. */
    __device__ __forceinline__ void stage_gradient(const float* dy, const float* gate, float* tile, int k0) const {
        int k = k0 + lane;
#pragma unroll 4
        for (int i = 0; i < 32; i++) {
            int h = first_channel + i;
            float value = 0.0f;
            if (h < last_channel && k < length) {
                value = dy[row(h, k)];
                if (gate != nullptr) {
                    float z = gate[row(h, k)];
                    value *= z * sigmoid(z);
                }
            }
            tile[lane * SELECTIVE_PITCH + i] = value;
        }
    }
};

/** Decays of four states of a lane's channel; ONE: all states of a head decay alike. */
template <bool EXACT, bool ONE> struct SelectiveRates {
    float a[SELECTIVE_STATES];

    __device__ __forceinline__ SelectiveRates(const float* rates, const SelectiveJob& job, int first_state) {
        long long head = job.head(job.channel());
#pragma unroll
        for (int n = 0; n < SELECTIVE_STATES; n++) {
            a[n] = ONE ? rates[head] : first_state + n < job.states ? rates[head * job.states + first_state + n] : 0.0f;
        }
    }
    __device__ __forceinline__ float rate(int n) const { return a[ONE ? 0 : n]; }
    /** e^(dt A) by the power of two that the device has. */
    __device__ __forceinline__ float decay(int n, float dt) const { return exp2f(dt * (rate(n) * 1.44269504f)); }
    __device__ __forceinline__ float phi(int n, float dt) const { return EXACT ? exact_hold(dt, rate(n)) : dt; }
};

__device__ __forceinline__ void selective_unpack(const float* tile, int s, float values[SELECTIVE_STATES]) {
    float4 four = reinterpret_cast<const float4*>(tile)[s];
    values[0] = four.x;
    values[1] = four.y;
    values[2] = four.z;
    values[3] = four.w;
}

/**
 * Ends of all chunks from zero, [chunks, B, N, H], and their sums of dt, [chunks, B, H]. Backward is 0 for the states, x <- a x + phi B u,
 * and 1 for what the gradient carries, from the last step of a chunk to its first, c <- a (c + C dv); `values` is u or dy.
 */
template <bool EXACT, bool ONE> __device__ __forceinline__ void selective_scan_ends(const float* values, const float* delta, const float* a,
        const float* inputs, const float* bias, const float* gate, float* ends, float* sizes, int channels, int heads, int groups,
        int batch, int length, int states, int reversed, int chunk, int chunks, int backward, float* shared) {
    SelectiveJob job(channels, heads, groups, batch, length, states, reversed, chunks);
    if (!job.any) return;
    float* rows = shared + job.warp * SELECTIVE_FORWARD_SHARED;
    float* dt_tile = rows + SELECTIVE_ROWS;
    float* input_tile = rows + 3 * SELECTIVE_ROWS;
    int from = static_cast<int>(job.chunk) * chunk, to = min(length, from + chunk);
    int tiles = (to - from + SELECTIVE_TILE - 1) / SELECTIVE_TILE;
    float size = 0.0f;
    for (int i = 0; i < tiles; i++) {
        int k0 = from + SELECTIVE_TILE * (backward ? tiles - 1 - i : i);
        __syncwarp();
        job.stage_rows(backward ? nullptr : values, delta, bias, rows, dt_tile, k0);
        if (backward) job.stage_gradient(values, gate, rows, k0);
        __syncwarp();
        for (int s = 0; s < SELECTIVE_TILE; s++) size += dt_tile[s * SELECTIVE_PITCH + job.lane];
        for (int first = 0; first < states; first += SELECTIVE_STATES) {
            __syncwarp();
            job.stage_inputs(inputs, input_tile, first, k0);
            __syncwarp();
            SelectiveRates<EXACT, ONE> rates(a, job, first);
            float x[SELECTIVE_STATES];
#pragma unroll
            for (int n = 0; n < SELECTIVE_STATES; n++) {
                x[n] = i > 0 && job.mine() && first + n < states ? ends[job.state(job.chunk, first + n)] : 0.0f;
            }
#pragma unroll 4
            for (int step = 0; step < SELECTIVE_TILE; step++) {
                int s = backward ? SELECTIVE_TILE - 1 - step : step;
                float dt = dt_tile[s * SELECTIVE_PITCH + job.lane], value = rows[s * SELECTIVE_PITCH + job.lane];
                float in[SELECTIVE_STATES];
                selective_unpack(input_tile, s, in);
#pragma unroll
                for (int n = 0; n < SELECTIVE_STATES; n++) {
                    float decay = rates.decay(n, dt);
                    x[n] = backward ? decay * fmaf(in[n], value, x[n]) : fmaf(decay, x[n], rates.phi(n, dt) * value * in[n]);
                }
            }
#pragma unroll
            for (int n = 0; n < SELECTIVE_STATES; n++) {
                if (job.mine() && first + n < states) ends[job.state(job.chunk, first + n)] = x[n];
            }
        }
    }
    if (job.mine()) sizes[(job.chunk * batch + job.entry) * channels + job.channel()] = size;
}

/**
 * running[chunk] = the state before the chunk, the first one being `initial`, [H, B, N] or null for zero; ends and sizes are read for more
 * chunks than one. Backward the chunks follow one another from the last to the first. A thread has a state of a channel of an entry.
 */
extern "C" __global__ void selective_scan_starts(const float* __restrict__ a, const float* __restrict__ initial,
        const float* __restrict__ ends, const float* __restrict__ sizes, float* __restrict__ running, int channels, int heads, int batch,
        int states, int one_decay, int chunks, int backward) {
    long long count = static_cast<long long>(batch) * states * channels;
    for (long long i = first_element(); i < count; i += element_step()) {
        long long h = i % channels, n = i / channels % states, entry = i / channels / states;
        long long head = h / (channels / heads);
        float rate = (one_decay ? a[head] : a[head * states + n]) * 1.44269504f;
        float x = initial == nullptr ? 0.0f : initial[(h * batch + entry) * states + n];
        for (int j = 0; j < chunks; j++) {
            long long c = backward ? chunks - 1 - j : j;
            running[c * count + i] = x;
            if (j < chunks - 1) x = fmaf(exp2f(rate * sizes[(c * batch + entry) * channels + h]), x, ends[c * count + i]);
        }
    }
}

/**
 * All chunks from what is in `running`, which is walked over. y may be null; kept, [.., B, N, H] or null, takes the states before every
 * `keep` steps, a multiple of 32 that divides chunk; last, [H, B, N] or null. With first_only a chunk stops after its first tile, once the
 * state there is kept.
 */
template <bool EXACT, bool ONE> __device__ __forceinline__ void selective_scan_forward(const float* u, const float* delta, const float* a,
        const float* b, const float* c, const float* skip, const float* bias, const float* gate, float* running, float* kept, float* y,
        float* last, int channels, int heads, int groups, int batch, int length, int states, int reversed, int chunk, int chunks,
        int keep, int first_only, float* shared) {
    SelectiveJob job(channels, heads, groups, batch, length, states, reversed, chunks);
    if (!job.any) return;
    float* u_tile = shared + job.warp * SELECTIVE_FORWARD_SHARED;
    float* dt_tile = u_tile + SELECTIVE_ROWS;
    float* y_tile = dt_tile + SELECTIVE_ROWS;
    float* b_tile = y_tile + SELECTIVE_ROWS;
    float* c_tile = b_tile + SELECTIVE_INPUTS;
    int from = static_cast<int>(job.chunk) * chunk, to = min(length, from + chunk);
    for (int k0 = from; k0 < to; k0 += SELECTIVE_TILE) {
        bool keeps = kept != nullptr && k0 % keep == 0;
        bool stops = first_only && k0 > from;
        if (!stops) {
            __syncwarp();
            job.stage_rows(u, delta, bias, u_tile, dt_tile, k0);
            for (int s = 0; s < SELECTIVE_TILE; s++) y_tile[s * SELECTIVE_PITCH + job.lane] = 0.0f;
        }
        for (int first = 0; first < states; first += SELECTIVE_STATES) {
            float x[SELECTIVE_STATES];
#pragma unroll
            for (int n = 0; n < SELECTIVE_STATES; n++) {
                bool there = job.mine() && first + n < states;
                x[n] = there ? running[job.state(job.chunk, first + n)] : 0.0f;
                if (there && keeps) kept[job.state(k0 / keep, first + n)] = x[n];
            }
            if (stops) continue;
            __syncwarp();
            job.stage_inputs(b, b_tile, first, k0);
            job.stage_inputs(c, c_tile, first, k0);
            __syncwarp();
            SelectiveRates<EXACT, ONE> rates(a, job, first);
#pragma unroll 4
            for (int s = 0; s < SELECTIVE_TILE; s++) {
                float dt = dt_tile[s * SELECTIVE_PITCH + job.lane], input = u_tile[s * SELECTIVE_PITCH + job.lane];
                float in[SELECTIVE_STATES], out[SELECTIVE_STATES];
                selective_unpack(b_tile, s, in);
                selective_unpack(c_tile, s, out);
                float sum = y_tile[s * SELECTIVE_PITCH + job.lane];
#pragma unroll
                for (int n = 0; n < SELECTIVE_STATES; n++) {
                    x[n] = fmaf(rates.decay(n, dt), x[n], rates.phi(n, dt) * input * in[n]);
                    sum = fmaf(out[n], x[n], sum);
                }
                y_tile[s * SELECTIVE_PITCH + job.lane] = sum;
            }
#pragma unroll
            for (int n = 0; n < SELECTIVE_STATES; n++) {
                if (!job.mine() || first + n >= states) continue;
                running[job.state(job.chunk, first + n)] = x[n];
                if (last != nullptr && k0 + SELECTIVE_TILE >= length) {
                    last[(static_cast<long long>(job.channel()) * batch + job.entry) * states + first + n] = x[n];
                }
            }
        }
        if (stops) return;
        __syncwarp();
        int k = k0 + job.lane;
        for (int h = job.first_channel; y != nullptr && h < job.last_channel; h++) {
            if (k >= length) continue;
            int i = job.lane * SELECTIVE_PITCH + h - job.first_channel;
            float value = y_tile[i];
            if (skip != nullptr) value = fmaf(skip[job.head(h)], u_tile[i], value);
            if (gate != nullptr) {
                float z = gate[job.row(h, k)];
                value *= z * sigmoid(z);
            }
            y[job.row(h, k)] = value;
        }
    }
}

/** Sum of each of 2 HALF numbers over lanes that differ in bits up to HALF. */
template <int HALF> __device__ __forceinline__ void selective_halve(float (&values)[32], int lane) {
    bool upper = (lane & HALF) != 0;
#pragma unroll
    for (int j = 0; j < HALF; j++) {
        float given = upper ? values[j] : values[j + HALF];
        float own = upper ? values[j + HALF] : values[j];
        values[j] = own + __shfl_xor_sync(FULL_WARP, given, HALF);
    }
    if constexpr (HALF > 1) selective_halve<HALF / 2>(values, lane);
}

/** Sum of each of 32 numbers over the lanes of a warp: lane i has that of the i-th. 31 shuffles in place of five for each number. */
__device__ __forceinline__ float selective_turn_and_sum(float (&values)[32], int lane) {
    selective_halve<16>(values, lane);
    return values[0];
}

/**
 * The way back over all chunks at once. running[chunk] is what the gradient carries into the chunk from behind, and is walked over; kept
 * are the states before every 32 steps. States between are computed again: first every eighth is put in shared memory, then eight steps at
 * a time stand in registers. Sums over channels come out as partial sums to be added in order:
 *
 *   db, dc      [tiles of a group, G N, B, L], over the channels of a tile
 *   ddelta      [H, B, L]                   da   [chunks, B, N, H]      dskip, dbias [chunks, B, H]
 *
 * du, dgate [H, B, L] and dinitial [H, B, N] are added to; what may be null is dgate, with gate, and dinitial.
 */
template <bool EXACT, bool ONE> __device__ __forceinline__ void selective_scan_backward(const float* u, const float* delta, const float* a,
        const float* b, const float* c, const float* skip, const float* bias, const float* gate, const float* kept, const float* dy,
        float* running, float* du, float* ddelta, float* da, float* db, float* dc, float* dskip, float* dbias, float* dgate,
        float* dinitial, int channels, int heads, int groups, int batch, int length, int states, int reversed, int chunk, int chunks,
        float* shared) {
    SelectiveJob job(channels, heads, groups, batch, length, states, reversed, chunks);
    if (!job.any) return;
    float* u_tile = shared + job.warp * SELECTIVE_BACKWARD_SHARED;
    float* dt_tile = u_tile + SELECTIVE_ROWS;
    float* dv_tile = dt_tile + SELECTIVE_ROWS;
    float* du_tile = dv_tile + SELECTIVE_ROWS;
    float* size_tile = du_tile + SELECTIVE_ROWS;  // gradient of dt
    float* v_tile = size_tile + SELECTIVE_ROWS;
    float* b_tile = v_tile + SELECTIVE_ROWS;
    float* c_tile = b_tile + SELECTIVE_INPUTS;
    float* points = c_tile + SELECTIVE_INPUTS;  // [4][states][lanes], the states before steps 0, 8, 16 and 24 of the tile
    int lane = job.lane;
    int from = static_cast<int>(job.chunk) * chunk, to = min(length, from + chunk);
    int tiles = (to - from + SELECTIVE_TILE - 1) / SELECTIVE_TILE;
    float skip_sum = 0.0f, bias_sum = 0.0f;
    for (int tile = tiles - 1; tile >= 0; tile--) {
        int k0 = from + SELECTIVE_TILE * tile;
        int blocks = (min(SELECTIVE_TILE, to - k0) + SELECTIVE_BLOCK - 1) / SELECTIVE_BLOCK;
        __syncwarp();
        job.stage_rows(u, delta, bias, u_tile, dt_tile, k0);
        job.stage_gradient(dy, gate, dv_tile, k0);
        for (int s = 0; s < SELECTIVE_TILE; s++) {
            du_tile[s * SELECTIVE_PITCH + lane] = 0.0f;
            size_tile[s * SELECTIVE_PITCH + lane] = 0.0f;
            v_tile[s * SELECTIVE_PITCH + lane] = 0.0f;
        }
        for (int first = 0; first < states; first += SELECTIVE_STATES) {
            __syncwarp();
            job.stage_inputs(b, b_tile, first, k0);
            job.stage_inputs(c, c_tile, first, k0);
            __syncwarp();
            SelectiveRates<EXACT, ONE> rates(a, job, first);
            float x[SELECTIVE_STATES], g[SELECTIVE_STATES], rate_sum[SELECTIVE_STATES];
#pragma unroll
            for (int n = 0; n < SELECTIVE_STATES; n++) {
                bool there = job.mine() && first + n < states;
                x[n] = there ? kept[job.state(k0 / SELECTIVE_TILE, first + n)] : 0.0f;
                g[n] = there ? running[job.state(job.chunk, first + n)] : 0.0f;
                rate_sum[n] = 0.0f;
            }
            for (int block = 0; block < blocks; block++) {
#pragma unroll
                for (int n = 0; n < SELECTIVE_STATES; n++) points[(block * SELECTIVE_STATES + n) * 32 + lane] = x[n];
                if (block == blocks - 1) break;
#pragma unroll 4
                for (int s = block * SELECTIVE_BLOCK; s < (block + 1) * SELECTIVE_BLOCK; s++) {
                    float dt = dt_tile[s * SELECTIVE_PITCH + lane], input = u_tile[s * SELECTIVE_PITCH + lane];
                    float in[SELECTIVE_STATES];
                    selective_unpack(b_tile, s, in);
#pragma unroll
                    for (int n = 0; n < SELECTIVE_STATES; n++) x[n] = fmaf(rates.decay(n, dt), x[n], rates.phi(n, dt) * input * in[n]);
                }
            }
            for (int block = blocks - 1; block >= 0; block--) {
                int s0 = block * SELECTIVE_BLOCK;
                float before[SELECTIVE_BLOCK][SELECTIVE_STATES];
                float sums[SELECTIVE_BLOCK * SELECTIVE_STATES];
#pragma unroll
                for (int n = 0; n < SELECTIVE_STATES; n++) x[n] = points[(block * SELECTIVE_STATES + n) * 32 + lane];
#pragma unroll
                for (int j = 0; j < SELECTIVE_BLOCK; j++) {
                    int at = (s0 + j) * SELECTIVE_PITCH + lane;
                    float dt = dt_tile[at], input = u_tile[at], dv = dv_tile[at];
                    float in[SELECTIVE_STATES], out[SELECTIVE_STATES];
                    selective_unpack(b_tile, s0 + j, in);
                    selective_unpack(c_tile, s0 + j, out);
                    float v = v_tile[at];
#pragma unroll
                    for (int n = 0; n < SELECTIVE_STATES; n++) {
                        before[j][n] = x[n];
                        x[n] = fmaf(rates.decay(n, dt), x[n], rates.phi(n, dt) * input * in[n]);
                        v = fmaf(out[n], x[n], v);
                        sums[j * SELECTIVE_STATES + n] = dv * x[n];
                    }
                    v_tile[at] = v;
                }
                // lane i has step i / 4 of the eight and state i % 4 of the four
                int k = k0 + s0 + lane / SELECTIVE_STATES, state = first + lane % SELECTIVE_STATES;
                long long partial = static_cast<long long>(job.tile_in_group) * groups * states * batch * length;
                bool there = k < length && state < states;
                float c_sum = selective_turn_and_sum(sums, lane);
                if (there) dc[partial + job.input(state, k)] = c_sum;
#pragma unroll
                for (int j = SELECTIVE_BLOCK - 1; j >= 0; j--) {
                    int at = (s0 + j) * SELECTIVE_PITCH + lane;
                    float dt = dt_tile[at], input = u_tile[at], dv = dv_tile[at];
                    float in[SELECTIVE_STATES], out[SELECTIVE_STATES];
                    selective_unpack(b_tile, s0 + j, in);
                    selective_unpack(c_tile, s0 + j, out);
                    float input_gradient = du_tile[at], size_gradient = size_tile[at];
#pragma unroll
                    for (int n = 0; n < SELECTIVE_STATES; n++) {
                        float decay = rates.decay(n, dt), phi = rates.phi(n, dt);
                        g[n] = fmaf(out[n], dv, g[n]);
                        float e = decay * g[n] * before[j][n];
                        float held = g[n] * in[n] * input;
                        sums[j * SELECTIVE_STATES + n] = phi * g[n] * input;
                        input_gradient = fmaf(phi * g[n], in[n], input_gradient);
                        size_gradient = fmaf(e, rates.rate(n), EXACT ? fmaf(held, decay, size_gradient) : size_gradient + held);
                        rate_sum[n] = fmaf(dt, e, rate_sum[n]);
                        if (EXACT) rate_sum[n] = fmaf(held, exact_hold_slope(dt, rates.rate(n), decay, phi), rate_sum[n]);
                        g[n] *= decay;
                    }
                    du_tile[at] = input_gradient;
                    size_tile[at] = size_gradient;
                }
                float b_sum = selective_turn_and_sum(sums, lane);
                if (there) db[partial + job.input(state, k)] = b_sum;
            }
#pragma unroll
            for (int n = 0; n < SELECTIVE_STATES; n++) {
                if (!job.mine() || first + n >= states) continue;
                running[job.state(job.chunk, first + n)] = g[n];
                long long at = job.state(job.chunk, first + n);
                da[at] = tile == tiles - 1 ? rate_sum[n] : da[at] + rate_sum[n];
                if (dinitial != nullptr && k0 == 0) {
                    dinitial[(static_cast<long long>(job.channel()) * batch + job.entry) * states + first + n] += g[n];
                }
            }
        }
        for (int s = 0; s < SELECTIVE_TILE; s++) {
            int at = s * SELECTIVE_PITCH + lane;
            skip_sum = fmaf(dv_tile[at], u_tile[at], skip_sum);
            // sigmoid(delta + bias) = 1 - e^-dt
            float through = size_tile[at] * -expm1f(-dt_tile[at]);
            bias_sum += through;
            size_tile[at] = through;
        }
        __syncwarp();
        int k = k0 + lane;
        for (int h = job.first_channel; h < job.last_channel; h++) {
            if (k >= length) continue;
            int i = lane * SELECTIVE_PITCH + h - job.first_channel;
            long long at = job.row(h, k);
            float through_skip = skip == nullptr ? 0.0f : skip[job.head(h)];
            if (dgate != nullptr) {
                float z = gate[at], s = sigmoid(z);
                dgate[at] += dy[at] * fmaf(through_skip, u_tile[i], v_tile[i]) * s * (1.0f + z * (1.0f - s));
            }
            du[at] += fmaf(through_skip, dv_tile[i], du_tile[i]);
            ddelta[at] = size_tile[i];
        }
    }
    if (job.mine()) {
        long long at = (job.chunk * batch + job.entry) * channels + job.channel();
        dskip[at] = skip_sum;
        dbias[at] = bias_sum;
    }
}

#define SELECTIVE_ENDS_KERNEL(name, exact, one) \
    extern "C" __launch_bounds__(128, 2) __global__ void name(const float* values, const float* delta, const float* a, \
            const float* inputs, const float* bias, const float* gate, float* ends, float* sizes, int channels, int heads, int groups, \
            int batch, int length, int states, int reversed, int chunk, int chunks, int backward) { \
        DYNAMIC_SHARED(float, shared); \
        selective_scan_ends<exact, one>(values, delta, a, inputs, bias, gate, ends, sizes, channels, heads, groups, batch, length, states, \
                reversed, chunk, chunks, backward, shared); \
    }

#define SELECTIVE_FORWARD_KERNEL(name, exact, one) \
    extern "C" __launch_bounds__(128, 2) __global__ void name(const float* u, const float* delta, const float* a, const float* b, \
            const float* c, const float* skip, const float* bias, const float* gate, float* running, float* kept, float* y, float* last, \
            int channels, int heads, int groups, int batch, int length, int states, int reversed, int chunk, int chunks, int keep, \
            int first_only) { \
        DYNAMIC_SHARED(float, shared); \
        selective_scan_forward<exact, one>(u, delta, a, b, c, skip, bias, gate, running, kept, y, last, channels, heads, groups, batch, \
                length, states, reversed, chunk, chunks, keep, first_only, shared); \
    }

#define SELECTIVE_BACKWARD_KERNEL(name, exact, one) \
    extern "C" __launch_bounds__(128, 2) __global__ void name(const float* u, const float* delta, const float* a, const float* b, \
            const float* c, const float* skip, const float* bias, const float* gate, const float* kept, const float* dy, float* running, \
            float* du, float* ddelta, float* da, float* db, float* dc, float* dskip, float* dbias, float* dgate, float* dinitial, \
            int channels, int heads, int groups, int batch, int length, int states, int reversed, int chunk, int chunks) { \
        DYNAMIC_SHARED(float, shared); \
        selective_scan_backward<exact, one>(u, delta, a, b, c, skip, bias, gate, kept, dy, running, du, ddelta, da, db, dc, dskip, dbias, \
                dgate, dinitial, channels, heads, groups, batch, length, states, reversed, chunk, chunks, shared); \
    }

SELECTIVE_ENDS_KERNEL(selective_scan_ends_euler, false, false)
SELECTIVE_ENDS_KERNEL(selective_scan_ends_euler_one, false, true)
SELECTIVE_ENDS_KERNEL(selective_scan_ends_exact, true, false)
SELECTIVE_ENDS_KERNEL(selective_scan_ends_exact_one, true, true)
SELECTIVE_FORWARD_KERNEL(selective_scan_forward_euler, false, false)
SELECTIVE_FORWARD_KERNEL(selective_scan_forward_euler_one, false, true)
SELECTIVE_FORWARD_KERNEL(selective_scan_forward_exact, true, false)
SELECTIVE_FORWARD_KERNEL(selective_scan_forward_exact_one, true, true)
SELECTIVE_BACKWARD_KERNEL(selective_scan_backward_euler, false, false)
SELECTIVE_BACKWARD_KERNEL(selective_scan_backward_euler_one, false, true)
SELECTIVE_BACKWARD_KERNEL(selective_scan_backward_exact, true, false)
SELECTIVE_BACKWARD_KERNEL(selective_scan_backward_exact_one, true, true)

/** target[r] += sum over slots of partial[slot, r]. A thread has an r and adds in order. */
extern "C" __global__ void selective_scan_add(const float* __restrict__ partial, float* __restrict__ target, long long rows, int slots) {
    for (long long r = first_element(); r < rows; r += element_step()) {
        float sum = 0.0f;
        for (int slot = 0; slot < slots; slot++) sum += partial[slot * rows + r];
        target[r] += sum;
    }
}

/** ddelta[head, i] += sum over the channels of the head of partial[channel, i], i < count = B L. */
extern "C" __global__ void selective_scan_add_channels(const float* __restrict__ partial, float* __restrict__ target, long long heads,
        int per_head, long long count) {
    for (long long i = first_element(); i < heads * count; i += element_step()) {
        long long head = i / count;
        float sum = 0.0f;
        for (int p = 0; p < per_head; p++) sum += partial[(head * per_head + p) * count + i % count];
        target[i] += sum;
    }
}

/**
 * target[head, j] += sum of partial [slots, width, H] over slots and the channels of the head, and over the width too with one_decay, where
 * j is 0; else j < width. A warp has a number of the target; its lanes take slots in turn, in the same order always.
 */
extern "C" __global__ void selective_scan_add_heads(const float* __restrict__ partial, float* __restrict__ target, int channels,
        int heads, int width, int one_decay, long long slots) {
    long long job = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) / 32;
    int lane = threadIdx.x % 32;
    int columns = one_decay ? 1 : width;
    if (job >= static_cast<long long>(heads) * columns) return;
    long long head = job / columns;
    int from = one_decay ? 0 : static_cast<int>(job % columns), to = one_decay ? width : from + 1;
    int per_head = channels / heads;
    float sum = 0.0f;
    for (long long slot = lane; slot < slots; slot += 32) {
        for (int j = from; j < to; j++) {
            for (int p = 0; p < per_head; p++) sum += partial[(slot * width + j) * channels + head * per_head + p];
        }
    }
    sum = warp_sum(sum);
    if (lane == 0) target[job] += sum;
}
