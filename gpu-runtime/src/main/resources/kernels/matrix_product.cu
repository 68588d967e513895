// C[g] = op(A[g]) op(B[g]): see io.longwave.kernel.MatrixProduct; with a bias per row it is the layer of io.longwave.kernel.ChannelLinear. Blocks of
// 256 threads own a tile of one C each (gemm.cuh), blocks along y a stretch of k each where the tiles alone would not fill the device; these write
// parts [S, G, M, N] that parts_sum adds in order.
#include "gemm_tensor.cuh"

template <class Tile, bool A_ALONG_K, bool B_ALONG_K>
__device__ __forceinline__ void matrix_product(const float* a, const float* b, const float* bias, float* c, float* parts, int groups, int m, int n,
        int k, int stretch, bool accumulate, float* room) {
    GemmPlace place = gemm_place<Tile>(m, n);
    GemmFactor<A_ALONG_K> left = {a + static_cast<long long>(place.group) * m * k, m, k, {}};
    GemmFactor<B_ALONG_K> right = {b + static_cast<long long>(place.group) * k * n, n, k, {}};
    int from = blockIdx.y * stretch;
    Tile tile;
    gemm_sums(tile, left, right, place.row, place.column, from, min(from + stretch, k), room);
    bool whole = parts == nullptr;
    int product = whole ? place.group : blockIdx.y * groups + place.group;
    float* to = (whole ? c : parts) + static_cast<long long>(product) * m * n;
    tile.finish(place.row, place.column, GemmOut{to, bias, m, n, accumulate});
}

/** bias [M] may be null. parts is null where a block has all of k; where it is not, there is no bias and nothing is accumulated. */
#define MATRIX_PRODUCT_KERNEL(name, tile, a_along_k, b_along_k) \
    extern "C" __global__ void __launch_bounds__(GEMM_THREADS, tile::BLOCKS) \
            name(const float* __restrict__ a, const float* __restrict__ b, const float* __restrict__ bias, float* __restrict__ c, \
                    float* __restrict__ parts, int groups, int m, int n, int k, int stretch, int accumulate) { \
        __align__(16) __shared__ float room[GEMM_ROOM]; \
        matrix_product<tile, a_along_k, b_along_k>(a, b, bias, c, parts, groups, m, n, k, stretch, accumulate != 0, room); \
    }

MATRIX_PRODUCT_KERNEL(matrix_product_small, GemmSmallTile, true, false)
MATRIX_PRODUCT_KERNEL(matrix_product_small_transposed_a, GemmSmallTile, false, false)
MATRIX_PRODUCT_KERNEL(matrix_product_small_transposed_b, GemmSmallTile, true, true)
MATRIX_PRODUCT_KERNEL(matrix_product_large, GemmLargeTile, true, false)
MATRIX_PRODUCT_KERNEL(matrix_product_large_transposed_a, GemmLargeTile, false, false)
MATRIX_PRODUCT_KERNEL(matrix_product_large_transposed_b, GemmLargeTile, true, true)
MATRIX_PRODUCT_KERNEL(matrix_product_tensor, GemmTensorTile, true, false)
MATRIX_PRODUCT_KERNEL(matrix_product_tensor_transposed_a, GemmTensorTile, false, false)
MATRIX_PRODUCT_KERNEL(matrix_product_tensor_transposed_b, GemmTensorTile, true, true)
