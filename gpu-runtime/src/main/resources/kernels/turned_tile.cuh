// Matrices whose axes change places, through a tile of shared memory: both sides of memory are then walked along their fastest axis.
#pragma once
#include "longwave.cuh"

#define TURNED_SIDE 32
/** Threads along y of a block that turns a tile; along x there are TURNED_SIDE. */
#define TURNED_ROWS 8
/** Floats of shared memory for a tile; one more a row, so that columns lie in different banks. */
#define TURNED_ROOM (TURNED_SIDE * (TURNED_SIDE + 1))

/** Matrix and tile of a block: blocks run over the columns of tiles, then over the rows of tiles, then over the matrices. */
struct TurnedTile {
    int matrix, row, column;
};

__device__ __forceinline__ TurnedTile turned_tile(int rows, int columns) {
    int across = (columns + TURNED_SIDE - 1) / TURNED_SIDE;
    int down = (rows + TURNED_SIDE - 1) / TURNED_SIDE;
    int block = blockIdx.x;
    return {block / across / down, block / across % down * TURNED_SIDE, block % across * TURNED_SIDE};
}

/**
 * Calls store(j, i, load(i, j)) for every place of a block's tile inside a matrix [rows, columns]: lanes of a warp load along j and store along i.
 */
template <class Load, class Store>
__device__ __forceinline__ void turn(TurnedTile tile, int rows, int columns, float* room, Load load, Store store) {
    int j = tile.column + threadIdx.x;
    for (int y = threadIdx.y; y < TURNED_SIDE; y += TURNED_ROWS) {
        int i = tile.row + y;
        if (i < rows && j < columns) room[y * (TURNED_SIDE + 1) + threadIdx.x] = load(i, j);
    }
    __syncthreads();
    int i = tile.row + threadIdx.x;
    for (int y = threadIdx.y; y < TURNED_SIDE; y += TURNED_ROWS) {
        int to = tile.column + y;
        if (i < rows && to < columns) store(to, i, room[threadIdx.x * (TURNED_SIDE + 1) + y]);
    }
}
