// Windows [B, rows, V] brought into series-major layout with an offset taken off: see io.longwave.kernel.WindowCentring.
#include "turned_tile.cuh"

#define WINDOW_CENTRING_VARIATES 128

/**
 * offset[v, b] = mean of the first `lag` rows of window b. A block of 128 threads owns up to 128 variates of one window; where there are fewer, each
 * has several threads, thread w + r `own` taking rows r, r + lanes, ... of variate w, so that neighbours read neighbours.
 * double: of one number per series, rounded once.
 */
extern "C" __global__ void window_centring_means(const float* __restrict__ windows, int batch, int rows, int variates, int lag,
        float* __restrict__ offset) {
    __shared__ double parts[WINDOW_CENTRING_VARIATES];
    int chunks = (variates + WINDOW_CENTRING_VARIATES - 1) / WINDOW_CENTRING_VARIATES;
    int b = blockIdx.x / chunks;
    int first = blockIdx.x % chunks * WINDOW_CENTRING_VARIATES;
    int own = min(variates - first, WINDOW_CENTRING_VARIATES);
    int lanes = WINDOW_CENTRING_VARIATES / own;
    int v = first + threadIdx.x % own;
    int lane = threadIdx.x / own;
    double sum = 0.0;
    if (lane < lanes) {
        for (int t = lane; t < lag; t += lanes) sum += windows[(static_cast<long long>(b) * rows + t) * variates + v];
    }
    parts[threadIdx.x] = sum;
    __syncthreads();
    if (lane == 0) {
        for (int r = 1; r < lanes; r++) sum += parts[r * own + threadIdx.x];
        offset[static_cast<long long>(v) * batch + b] = static_cast<float>(sum / lag);
    }
}

/** offset[v, b] = row `lag` - 1 of window b, one number a thread, in a grid-stride loop over V B. */
extern "C" __global__ void window_centring_last(const float* __restrict__ windows, int batch, int rows, int variates, int lag,
        float* __restrict__ offset) {
    for (long long i = first_element(); i < static_cast<long long>(batch) * variates; i += element_step()) {
        long long b = i / variates;
        long long v = i % variates;
        offset[v * batch + b] = windows[(b * rows + lag - 1) * variates + v];
    }
}

/** centred[v, b, t] = windows[b, t, v] - offset[v, b], its first `lag` rows to past too. A block turns a tile of one window. */
extern "C" __global__ void window_centring_centre(const float* __restrict__ windows, const float* __restrict__ offset, float* __restrict__ centred,
        float* __restrict__ past, int batch, int rows, int variates, int lag) {
    __shared__ float room[TURNED_ROOM];
    TurnedTile tile = turned_tile(rows, variates);
    long long b = tile.matrix;
    turn(tile, rows, variates, room, [=](int t, int v) { return windows[(b * rows + t) * variates + v]; },
            [=](int v, int t, float value) {
                long long series = static_cast<long long>(v) * batch + b;
                float d = value - offset[series];
                centred[series * rows + t] = d;
                if (t < lag) past[series * lag + t] = d;
            });
}

/** out[b, h, v] = forecast[v, b, h] + offset[v, b]. A block turns a tile of one window. */
extern "C" __global__ void window_centring_restore(const float* __restrict__ forecast, const float* __restrict__ offset, float* __restrict__ out,
        int batch, int horizon, int variates) {
    __shared__ float room[TURNED_ROOM];
    TurnedTile tile = turned_tile(variates, horizon);
    long long b = tile.matrix;
    turn(tile, variates, horizon, room,
            [=](int v, int h) {
                long long series = static_cast<long long>(v) * batch + b;
                return forecast[series * horizon + h] + offset[series];
            },
            [=](int h, int v, float value) { out[(b * horizon + h) * variates + v] = value; });
}
