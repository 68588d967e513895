// A transform of rows by learned block matrices: see io.longwave.kernel.ButterflyTransform. One stage, rows seen as [Q][S][M], is
//     out[q][k][m] = w[k][m] sum_n F[k][n] in[q][n][m],     w[k][m] = exp(2 pi i m (twist / 4 - k) / (S M)),
// and its adjoint. Q M columns of S numbers (S <= 32) go by 32 to a block of 32 by 8 threads, which keeps them and F in shared memory: the thread at
// (x, y) owns column x and the outputs y, y + 8, y + 16, y + 24. What a tile writes is what it has read, so a stage may run in place. Complex
// arrays have their imaginary parts `plane` numbers behind the real ones.
#include "longwave.cuh"

static constexpr int BUTTERFLY_SIDE = 32;
static constexpr int BUTTERFLY_ROWS = 8;
static constexpr int BUTTERFLY_OWN = BUTTERFLY_SIDE / BUTTERFLY_ROWS;
/** One more than a side: threads go along rows and along columns. */
static constexpr int BUTTERFLY_PITCH = BUTTERFLY_SIDE + 1;
static constexpr int BUTTERFLY_TILE = BUTTERFLY_SIDE * BUTTERFLY_PITCH;
/** Below this many numbers behind each other in a row of the matrix, columns are read along their own numbers. */
static constexpr int BUTTERFLY_SHORT = 8;

/** Columns of one stage: size S, rest M. */
struct ButterflyColumns {
    int size, rest;
    long long count;

    __device__ __forceinline__ long long at(long long column, int n) const { return (column / rest * size + n) * rest + column % rest; }
};

/** Calls f(n, x, index) for the numbers of the tile of 32 columns from `first` on that this thread moves, neighbours by neighbours. */
template <class F>
__device__ __forceinline__ void butterfly_each(ButterflyColumns columns, long long first, F f) {
    bool along = columns.rest < BUTTERFLY_SHORT;
    for (int i = threadIdx.y; i < BUTTERFLY_SIDE; i += BUTTERFLY_ROWS) {
        int n = along ? threadIdx.x : i;
        int x = along ? i : threadIdx.x;
        long long column = first + x;
        if (n < columns.size && column < columns.count) f(n, x, column, columns.at(column, n));
    }
}

/** w[k][m]; whole numbers keep the angle exact: m (4 S) and 4 S M stay below 2^27. */
__device__ __forceinline__ float2 butterfly_twiddle(ButterflyColumns columns, int k, int m, int twist) {
    int period = 4 * columns.size * columns.rest;
    int quarters = m * (twist - 4 * k) % period;
    float2 w;
    sincospif(2.0f * static_cast<float>(quarters) / static_cast<float>(period), &w.y, &w.x);
    return w;
}

/** F into shared memory, 32 numbers a row, zeros beyond its size; transposed and conjugated for the adjoint. */
__device__ __forceinline__ void butterfly_load_matrix(const float* __restrict__ matrix, int size, bool adjoint, float* re, float* im) {
    for (int i = threadIdx.y; i < BUTTERFLY_SIDE; i += BUTTERFLY_ROWS) {
        int x = threadIdx.x;
        bool inside = i < size && x < size;
        float a = inside ? matrix[i * size + x] : 0.0f;
        float b = inside ? matrix[size * size + i * size + x] : 0.0f;
        int to = adjoint ? x * BUTTERFLY_PITCH + i : i * BUTTERFLY_PITCH + x;
        re[to] = a;
        im[to] = adjoint ? -b : b;
    }
}

/** tile = F tile. Starts and ends with a barrier. */
__device__ __forceinline__ void butterfly_product(const float* f_re, const float* f_im, float* tile_re, float* tile_im, int size) {
    float re[BUTTERFLY_OWN], im[BUTTERFLY_OWN];
#pragma unroll
    for (int j = 0; j < BUTTERFLY_OWN; j++) re[j] = im[j] = 0.0f;
    __syncthreads();
    for (int n = 0; n < size; n++) {
        float a = tile_re[n * BUTTERFLY_PITCH + threadIdx.x];
        float b = tile_im[n * BUTTERFLY_PITCH + threadIdx.x];
#pragma unroll
        for (int j = 0; j < BUTTERFLY_OWN; j++) {
            int from = (threadIdx.y + j * BUTTERFLY_ROWS) * BUTTERFLY_PITCH + n;
            float c = f_re[from], d = f_im[from];
            re[j] = fmaf(-d, b, fmaf(c, a, re[j]));
            im[j] = fmaf(d, a, fmaf(c, b, im[j]));
        }
    }
    __syncthreads();
#pragma unroll
    for (int j = 0; j < BUTTERFLY_OWN; j++) {
        int to = (threadIdx.y + j * BUTTERFLY_ROWS) * BUTTERFLY_PITCH + threadIdx.x;
        tile_re[to] = re[j];
        tile_im[to] = im[j];
    }
    __syncthreads();
}

/** A number of x [R, length], zero behind the row. In the first stage Q is R. */
__device__ __forceinline__ float butterfly_padded(const float* x, ButterflyColumns columns, long long column, int n, int length) {
    int place = n * columns.rest + static_cast<int>(column % columns.rest);
    return place < length ? x[column / columns.rest * length + place] : 0.0f;
}

/** One stage from `in` to `out`, which may be the same; from the real rows x instead where these are given. */
extern "C" __global__ void __launch_bounds__(BUTTERFLY_SIDE* BUTTERFLY_ROWS) butterfly_stage(const float* x, int length, const float* in,
        const float* __restrict__ matrices, int at, float* out, long long plane, int size, int rest, long long count, int twist) {
    __shared__ float f_re[BUTTERFLY_TILE], f_im[BUTTERFLY_TILE], tile_re[BUTTERFLY_TILE], tile_im[BUTTERFLY_TILE];
    ButterflyColumns columns = {size, rest, count};
    long long first = static_cast<long long>(blockIdx.x) * BUTTERFLY_SIDE;
    butterfly_load_matrix(matrices + at, size, false, f_re, f_im);
    butterfly_each(columns, first, [&](int n, int c, long long column, long long from) {
        tile_re[n * BUTTERFLY_PITCH + c] = x != nullptr ? butterfly_padded(x, columns, column, n, length) : in[from];
        tile_im[n * BUTTERFLY_PITCH + c] = x != nullptr ? 0.0f : in[plane + from];
    });
    butterfly_product(f_re, f_im, tile_re, tile_im, size);
    butterfly_each(columns, first, [&](int k, int c, long long column, long long to) {
        float2 w = butterfly_twiddle(columns, k, static_cast<int>(column % rest), twist);
        float re = tile_re[k * BUTTERFLY_PITCH + c], im = tile_im[k * BUTTERFLY_PITCH + c];
        out[to] = fmaf(-w.y, im, w.x * re);
        out[plane + to] = fmaf(w.y, re, w.x * im);
    });
}

/** d conj(w) into a tile. */
__device__ __forceinline__ void butterfly_load_turned_back(ButterflyColumns columns, long long first, const float* d, long long plane, int twist,
        float* tile_re, float* tile_im) {
    butterfly_each(columns, first, [&](int k, int c, long long column, long long from) {
        float2 w = butterfly_twiddle(columns, k, static_cast<int>(column % columns.rest), twist);
        float re = d[from], im = d[plane + from];
        tile_re[k * BUTTERFLY_PITCH + c] = fmaf(w.y, im, w.x * re);
        tile_im[k * BUTTERFLY_PITCH + c] = fmaf(-w.y, re, w.x * im);
    });
}

/** The adjoint of one stage from `in` to `out`, which may be the same; to the real rows x, or added to them, where these are given. */
extern "C" __global__ void __launch_bounds__(BUTTERFLY_SIDE* BUTTERFLY_ROWS) butterfly_stage_adjoint(const float* in,
        const float* __restrict__ matrices, int at, float* out, float* x, int length, int accumulate, long long plane, int size, int rest,
        long long count, int twist) {
    __shared__ float f_re[BUTTERFLY_TILE], f_im[BUTTERFLY_TILE], tile_re[BUTTERFLY_TILE], tile_im[BUTTERFLY_TILE];
    ButterflyColumns columns = {size, rest, count};
    long long first = static_cast<long long>(blockIdx.x) * BUTTERFLY_SIDE;
    butterfly_load_matrix(matrices + at, size, true, f_re, f_im);
    butterfly_load_turned_back(columns, first, in, plane, twist, tile_re, tile_im);
    butterfly_product(f_re, f_im, tile_re, tile_im, size);
    butterfly_each(columns, first, [&](int n, int c, long long column, long long to) {
        float re = tile_re[n * BUTTERFLY_PITCH + c];
        if (x == nullptr) {
            out[to] = re;
            out[plane + to] = tile_im[n * BUTTERFLY_PITCH + c];
            return;
        }
        int place = n * rest + static_cast<int>(column % rest);
        long long own = column / rest * length + place;
        if (place < length) x[own] = accumulate ? x[own] + re : re;
    });
}

/**
 * parts[segment][at ..] = sum of d conj(w) times conj(in) over the tiles of a segment: the gradient of the matrix of one stage, real part and then
 * imaginary part. A block has a segment, `tiles` tiles long, the thread at (x, y) the columns x of rows y, y + 8, ... of F. `numbers` are
 * those of a part. Segments beyond the last tile get zeros.
 */
extern "C" __global__ void __launch_bounds__(BUTTERFLY_SIDE* BUTTERFLY_ROWS) butterfly_matrix_gradient(const float* x, int length,
        const float* in, const float* d, float* __restrict__ parts, int numbers, int at, int tiles, long long plane, int size, int rest,
        long long count, int twist) {
    __shared__ float d_re[BUTTERFLY_TILE], d_im[BUTTERFLY_TILE], tile_re[BUTTERFLY_TILE], tile_im[BUTTERFLY_TILE];
    ButterflyColumns columns = {size, rest, count};
    float re[BUTTERFLY_OWN], im[BUTTERFLY_OWN];
#pragma unroll
    for (int j = 0; j < BUTTERFLY_OWN; j++) re[j] = im[j] = 0.0f;
    long long from_tile = static_cast<long long>(blockIdx.x) * tiles;
    for (long long tile = from_tile; tile < from_tile + tiles && tile * BUTTERFLY_SIDE < count; tile++) {
        long long first = tile * BUTTERFLY_SIDE;
        __syncthreads();
        for (int i = threadIdx.y; i < BUTTERFLY_SIDE; i += BUTTERFLY_ROWS) {
            int own = i * BUTTERFLY_PITCH + threadIdx.x;
            d_re[own] = d_im[own] = tile_re[own] = tile_im[own] = 0.0f;
        }
        __syncthreads();
        butterfly_load_turned_back(columns, first, d, plane, twist, d_re, d_im);
        butterfly_each(columns, first, [&](int n, int c, long long column, long long from) {
            tile_re[n * BUTTERFLY_PITCH + c] = x != nullptr ? butterfly_padded(x, columns, column, n, length) : in[from];
            tile_im[n * BUTTERFLY_PITCH + c] = x != nullptr ? 0.0f : in[plane + from];
        });
        __syncthreads();
        for (int c = 0; c < BUTTERFLY_SIDE; c++) {
            float a = tile_re[threadIdx.x * BUTTERFLY_PITCH + c];
            float b = tile_im[threadIdx.x * BUTTERFLY_PITCH + c];
#pragma unroll
            for (int j = 0; j < BUTTERFLY_OWN; j++) {
                int from = (threadIdx.y + j * BUTTERFLY_ROWS) * BUTTERFLY_PITCH + c;
                re[j] = fmaf(d_im[from], b, fmaf(d_re[from], a, re[j]));
                im[j] = fmaf(-d_re[from], b, fmaf(d_im[from], a, im[j]));
            }
        }
    }
    float* to = parts + static_cast<long long>(blockIdx.x) * numbers + at;
#pragma unroll
    for (int j = 0; j < BUTTERFLY_OWN; j++) {
        int k = threadIdx.y + j * BUTTERFLY_ROWS, n = threadIdx.x;
        if (k < size && n < size) {
            to[k * size + n] = re[j];
            to[size * size + k * size + n] = im[j];
        }
    }
}

/** out[h, b] = a[h, b] k[h] or a[h, b] conj(k[h]), for `count` complex numbers of H B rows of n; one a thread. */
extern "C" __global__ void butterfly_multiply(const float* a, const float* __restrict__ k, float* out, long long count, int batch, int n,
        int conjugated) {
    long long plane_k = count / batch;
    for (long long i = first_element(); i < count; i += element_step()) {
        long long j = i / n / batch * n + i % n;
        float re = a[i], im = a[count + i], c = k[j], d = conjugated ? -k[plane_k + j] : k[plane_k + j];
        out[i] = fmaf(-im, d, re * c);
        out[count + i] = fmaf(re, d, im * c);
    }
}

/** out[h] = sum over b of a[h, b] conj(c[h, b]), for `count` complex numbers of H rows of n; one a thread, over b in order. */
extern "C" __global__ void butterfly_correlate(const float* __restrict__ a, const float* __restrict__ c, float* __restrict__ out, long long count,
        int batch, int n) {
    long long plane = count * batch;
    for (long long j = first_element(); j < count; j += element_step()) {
        long long from = j / n * batch * n + j % n;
        float re = 0.0f, im = 0.0f;
        for (int b = 0; b < batch; b++, from += n) {
            float p = a[from], q = a[plane + from], r = c[from], s = c[plane + from];
            re = fmaf(q, s, fmaf(p, r, re));
            im = fmaf(-p, s, fmaf(q, r, im));
        }
        out[j] = re;
        out[count + j] = im;
    }
}
