// Moves between [B, L, V] row by row and channel-major [V k, B, T], T = ceil(L / k): see io.longwave.kernel.SequenceLayout. Patch position i of
// sequence b is a matrix of its own, [T, V] on the side of the rows and [V, T] on the side of the channels; a block turns one tile of one of them.
#include "turned_tile.cuh"

/** out[v k + i, b, t] = (rows[b, t k + i, v] - mean[v]) scale[v]; 0 past L and past lengths[b]. lengths, mean and scale may be null. */
extern "C" __global__ void sequence_layout_to_channels(const float* __restrict__ rows, const int* __restrict__ lengths, const float* __restrict__ mean,
        const float* __restrict__ scale, float* __restrict__ out, int batch, int length, int variates, int patch, int steps) {
    __shared__ float room[TURNED_ROOM];
    TurnedTile tile = turned_tile(steps, variates);
    int b = tile.matrix / patch;
    int i = tile.matrix % patch;
    int valid = lengths != nullptr ? min(lengths[b], length) : length;
    turn(tile, steps, variates, room,
            [=](int t, int v) {
                int at = t * patch + i;
                if (at >= valid) return 0.0f;
                float value = rows[(static_cast<long long>(b) * length + at) * variates + v];
                if (mean != nullptr) value -= mean[v];
                return scale != nullptr ? value * scale[v] : value;
            },
            [=](int v, int t, float value) { out[((static_cast<long long>(v) * patch + i) * batch + b) * steps + t] = value; });
}

/** rows[b, t k + i, v] = x[v k + i, b, t] where t k + i is before L. */
extern "C" __global__ void sequence_layout_to_rows(const float* __restrict__ x, float* __restrict__ rows, int batch, int length, int variates,
        int patch, int steps) {
    __shared__ float room[TURNED_ROOM];
    TurnedTile tile = turned_tile(variates, steps);
    int b = tile.matrix / patch;
    int i = tile.matrix % patch;
    turn(tile, variates, steps, room,
            [=](int v, int t) { return x[((static_cast<long long>(v) * patch + i) * batch + b) * steps + t]; },
            [=](int t, int v, float value) {
                int at = t * patch + i;
                if (at < length) rows[(static_cast<long long>(b) * length + at) * variates + v] = value;
            });
}

/** out[g, n, m] = x[g, m, n]; m and n are the sizes of the last two axes of x. */
extern "C" __global__ void sequence_layout_transpose(const float* __restrict__ x, float* __restrict__ out, int m, int n, int accumulate) {
    __shared__ float room[TURNED_ROOM];
    TurnedTile tile = turned_tile(m, n);
    long long group = static_cast<long long>(tile.matrix) * m * n;
    turn(tile, m, n, room,
            [=](int i, int j) { return x[group + static_cast<long long>(i) * n + j]; },
            [=](int j, int i, float value) {
                float* to = out + group + static_cast<long long>(j) * m + i;
                *to = accumulate ? *to + value : value;
            });
}

/** out[r, i] = x[r, from + i]: one element of out a thread, in a grid-stride loop over its `size`. */
extern "C" __global__ void sequence_layout_slice(const float* __restrict__ x, int length, int from, float* __restrict__ out, int count, int size) {
    for (long long at = first_element(); at < size; at += element_step()) {
        int r = static_cast<int>(at) / count;
        out[at] = x[static_cast<long long>(r) * length + from + (static_cast<int>(at) - r * count)];
    }
}

/** x[r, from + i] = out[r, i] and 0 elsewhere: one element of x a thread, in a grid-stride loop over its `size`. */
extern "C" __global__ void sequence_layout_unslice(const float* __restrict__ out, int count, int from, float* __restrict__ x, int length, int size,
        int accumulate) {
    for (long long at = first_element(); at < size; at += element_step()) {
        int r = static_cast<int>(at) / length;
        int i = static_cast<int>(at) - r * length - from;
        float value = i >= 0 && i < count ? out[static_cast<long long>(r) * count + i] : 0.0f;
        x[at] = accumulate ? x[at] + value : value;
    }
}
