// y = W dropout(gelu(s)) + bias, plus s itself: see io.longwave.kernel.ActivatedLinear. s is [D, P], W is [M, D], y is [M, P]. Activation and mask are
// taken on the way into the tiles of the product (gemm.cuh), so that the activated sequence is never in memory; the slope on the way out.
#include "dropout.cuh"
#include "gelu.cuh"
#include "gemm_tensor.cuh"

/** dropout(gelu(s)); elements are counted in the order of s. */
struct ActivatedElement {
    DropoutRule rule;
    __device__ __forceinline__ float operator()(float value, int at) const {
        float factor = rule.factor(static_cast<unsigned>(at));
        return factor == 0.0f ? 0.0f : factor * gelu_value(value);
    }
};

/** y = sum + bias + residual (s, or null), or added. */
struct ActivatedOut {
    GemmOut plain;
    const float* residual;

    __device__ __forceinline__ void operator()(int row, int column, float4 sum) const {
        int inside = row < plain.m ? plain.n - column : 0;
        if (residual != nullptr && inside > 0) {
            sum = add_quads(sum, load_quad(residual, row * plain.n + column, inside, plain.n % 4 == 0));
        }
        plain(row, column, sum);
    }
};

/** ds = sum gelu'(s) times the mask, plus the residual (dy, or null), or added. */
struct ActivatedGradientOut {
    GemmOut plain;
    const float* s;
    const float* residual;
    DropoutRule rule;

    __device__ __forceinline__ float slope(float value, int at) const { return rule.factor(static_cast<unsigned>(at)) * gelu_slope(value); }

    __device__ __forceinline__ void operator()(int row, int column, float4 sum) const {
        int inside = row < plain.m ? plain.n - column : 0;
        if (inside <= 0) return;
        bool quads = plain.n % 4 == 0;
        int at = row * plain.n + column;
        float4 x = load_quad(s, at, inside, quads);
        sum = {sum.x * slope(x.x, at), sum.y * slope(x.y, at + 1), sum.z * slope(x.z, at + 2), sum.w * slope(x.w, at + 3)};
        if (residual != nullptr) sum = add_quads(sum, load_quad(residual, at, inside, quads));
        plain(row, column, sum);
    }
};

template <class Tile>
__device__ __forceinline__ void activated_forward(const float* s, const float* w, const float* bias, float* y, int outputs, int channels,
        int positions, DropoutRule rule, bool residual, bool accumulate, float* room) {
    GemmPlace place = gemm_place<Tile>(outputs, positions);
    GemmFactor<true> left = {w, outputs, channels, {}};
    GemmFactor<false, ActivatedElement> right = {s, positions, channels, {rule}};
    Tile tile;
    gemm_sums(tile, left, right, place.row, place.column, 0, channels, room);
    tile.finish(place.row, place.column, ActivatedOut{{y, bias, outputs, positions, accumulate}, residual ? s : nullptr});
}

#define ACTIVATED_FORWARD_KERNEL(name, tile) \
    extern "C" __global__ void __launch_bounds__(GEMM_THREADS, tile::BLOCKS) \
            name(const float* __restrict__ s, const float* __restrict__ w, const float* __restrict__ bias, float* __restrict__ y, int outputs, \
                    int channels, int positions, int key, int span, int threshold, float scale, int residual, int accumulate) { \
        __align__(16) __shared__ float room[GEMM_ROOM]; \
        activated_forward<tile>(s, w, bias, y, outputs, channels, positions, dropout_rule(key, span, threshold, scale), residual != 0, \
                accumulate != 0, room); \
    }

ACTIVATED_FORWARD_KERNEL(activated_linear_forward_small, GemmSmallTile)
ACTIVATED_FORWARD_KERNEL(activated_linear_forward_large, GemmLargeTile)
ACTIVATED_FORWARD_KERNEL(activated_linear_forward_tensor, GemmTensorTile)

template <class Tile>
__device__ __forceinline__ void activated_input_gradient(const float* s, const float* w, const float* dy, float* ds, int outputs, int channels,
        int positions, DropoutRule rule, bool residual, bool accumulate, float* room) {
    GemmPlace place = gemm_place<Tile>(channels, positions);
    GemmFactor<false> left = {w, channels, outputs, {}};
    GemmFactor<false> right = {dy, positions, outputs, {}};
    Tile tile;
    gemm_sums(tile, left, right, place.row, place.column, 0, outputs, room);
    tile.finish(place.row, place.column,
            ActivatedGradientOut{{ds, nullptr, channels, positions, accumulate}, s, residual ? dy : nullptr, rule});
}

/** ds = (W^T dy) gelu'(s) times the mask, plus dy where `residual`. */
#define ACTIVATED_INPUT_GRADIENT_KERNEL(name, tile) \
    extern "C" __global__ void __launch_bounds__(GEMM_THREADS, tile::BLOCKS) \
            name(const float* __restrict__ s, const float* __restrict__ w, const float* __restrict__ dy, float* __restrict__ ds, int outputs, \
                    int channels, int positions, int key, int span, int threshold, float scale, int residual, int accumulate) { \
        __align__(16) __shared__ float room[GEMM_ROOM]; \
        activated_input_gradient<tile>(s, w, dy, ds, outputs, channels, positions, dropout_rule(key, span, threshold, scale), residual != 0, \
                accumulate != 0, room); \
    }

ACTIVATED_INPUT_GRADIENT_KERNEL(activated_linear_input_gradient_small, GemmSmallTile)
ACTIVATED_INPUT_GRADIENT_KERNEL(activated_linear_input_gradient_large, GemmLargeTile)
ACTIVATED_INPUT_GRADIENT_KERNEL(activated_linear_input_gradient_tensor, GemmTensorTile)

template <class Tile>
__device__ __forceinline__ void activated_weight_gradient(const float* s, const float* dy, float* dw, float* parts, int outputs, int channels,
        int positions, int stretch, DropoutRule rule, float* room) {
    GemmPlace place = gemm_place<Tile>(outputs, channels);
    GemmFactor<true> left = {dy, outputs, positions, {}};
    GemmFactor<true, ActivatedElement> right = {s, channels, positions, {rule}};
    int from = blockIdx.y * stretch;
    Tile tile;
    gemm_sums(tile, left, right, place.row, place.column, from, min(from + stretch, positions), room);
    bool whole = parts == nullptr;
    float* to = whole ? dw : parts + static_cast<long long>(blockIdx.y) * outputs * channels;
    tile.finish(place.row, place.column, GemmOut{to, nullptr, outputs, channels, whole});
}

/** dW += dy dropout(gelu(s))^T, or parts [S, M, D] of the sum over positions where blocks along y have a stretch of them each. */
#define ACTIVATED_WEIGHT_GRADIENT_KERNEL(name, tile) \
    extern "C" __global__ void __launch_bounds__(GEMM_THREADS, tile::BLOCKS) \
            name(const float* __restrict__ s, const float* __restrict__ dy, float* __restrict__ dw, float* __restrict__ parts, int outputs, \
                    int channels, int positions, int stretch, int key, int span, int threshold, float scale) { \
        __align__(16) __shared__ float room[GEMM_ROOM]; \
        activated_weight_gradient<tile>(s, dy, dw, parts, outputs, channels, positions, stretch, dropout_rule(key, span, threshold, scale), \
                room); \
    }

ACTIVATED_WEIGHT_GRADIENT_KERNEL(activated_linear_weight_gradient_small, GemmSmallTile)
ACTIVATED_WEIGHT_GRADIENT_KERNEL(activated_linear_weight_gradient_large, GemmLargeTile)
ACTIVATED_WEIGHT_GRADIENT_KERNEL(activated_linear_weight_gradient_tensor, GemmTensorTile)
