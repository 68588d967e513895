// Convolutions of rows in two factors: longconv_half.cu says which.
#pragma once

#include "half_rows.cuh"
#include "half_tables.cuh"

/**
 * Two factors: a warp has ROWS rows at a time in its registers, a block neighbouring rows of [H][B]. The next rows of a warp are on their
 * way to shared memory meanwhile: their sixteen bytes c lie where eight lanes find banks of their own.
 */
template <int F1, int F3, int ROWS, bool BF16> __device__ __forceinline__ void convolve_short_rows(const HalfTerms& o, unsigned* shared) {
    constexpr int N = F1 * F3, T1 = F1 / 16, T3 = F3 / 16, W = F3 / 8, CHUNKS = N / 4;
    const auto& tables = in_shared_memory(short_tables<F1, F3, BF16>, shared);
    int warp = threadIdx.x / 32, warps = blockDim.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    float4* coming = reinterpret_cast<float4*>(shared + sizeof(tables) / sizeof(unsigned)) + warp * ROWS * CHUNKS;
    __syncthreads();

    auto chunk_place = [](int n1, int c) { return F3 == 32 ? n1 * 8 + (c ^ (n1 >> 1 & 3) << 1) : (n1 * 4 + c) ^ (n1 >> 1 & 3) << 1; };
    int step = warps * ROWS, items = o.channels * o.batch, end = first_item(items, blockIdx.x + 1);
    bool plain_in = o.input_gate == nullptr && o.aligned(o.u), plain_out = o.output_gate == nullptr && !o.accumulate && o.aligned(o.y);
    unsigned sign = o.conjugated ? 0x80008000u : 0;
    auto fetch_rows = [&](int item, const RowPlace& from) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            RowPlace row = from;
            if (r > 0) row.advance(o, r, o.batch);
            if (item + r >= end) continue;
            long long in = row.in(o);
            float4* to = coming + r * CHUNKS;
            if (plain_in) {
                const float* from = o.u + in + 4 * lane;
#pragma unroll
                for (int i = 0; i < CHUNKS; i += 32) {
                    int n1 = (i + lane) / (F3 / 4), c = lane % (F3 / 4);
                    copy_ahead(to + chunk_place(n1, c), from + 4 * i, 4 * (i + lane) < o.length);
                }
            } else {
#pragma unroll 1
                for (int i = lane; i < CHUNKS; i += 32) to[chunk_place(i / (F3 / 4), i % (F3 / 4))] = gated_numbers(o, in, 4 * i);
            }
        }
    };
    int item = first_item(items, blockIdx.x) + warp * ROWS;
    RowPlace at(o, item / o.batch, item % o.batch);
    fetch_rows(item, at);
    for (; item < end; item += step) {
        await_copies();
        __syncwarp();
        unsigned words[ROWS][T1][W][2];
#pragma unroll
        for (int i = 0; i < ROWS * T1 * 2; i++) {
            int r = i / (T1 * 2), k = i / 2 % T1, b = i % 2, n1 = k * 16 + b * 8 + 2 * t;
            if constexpr (W == 4) {
                const float4* row = coming + r * CHUNKS;
                float4 one = row[chunk_place(n1, g)], two = row[chunk_place(n1 + 1, g)];
                words[r][k][0][b] = pack<BF16>(one.x, two.x);
                words[r][k][1][b] = pack<BF16>(one.y, two.y);
                words[r][k][W - 2][b] = pack<BF16>(one.z, two.z);
                words[r][k][W - 1][b] = pack<BF16>(one.w, two.w);
            } else {
                const float2* row = reinterpret_cast<const float2*>(coming + r * CHUNKS);
                float2 one = row[chunk_place(n1, g / 2) * 2 + g % 2], two = row[chunk_place(n1 + 1, g / 2) * 2 + g % 2];
                words[r][k][0][b] = pack<BF16>(one.x, two.x);
                words[r][k][1][b] = pack<BF16>(one.y, two.y);
            }
        }
        __syncwarp();
        RowPlace here = at;
        at.advance(o, step, o.batch);
        fetch_rows(item + step, at);
        const unsigned* spectra[ROWS];
        unsigned skips[ROWS];
        float scales[ROWS];
        long long outs[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            RowPlace row = here;
            if (r > 0) row.advance(o, item + r < end ? r : 0, o.batch);
            spectra[r] = o.spectrum + static_cast<long long>(row.kernel) * N;
            scales[r] = o.scales[row.kernel];
            skips[r] = scaled_skip<BF16>(o.skip == nullptr ? 0.0f : o.skip[row.j], scales[r]);
            outs[r] = row.out(o);
        }
        Tile z[ROWS][T1][T3];  // (k1, n2)
#pragma unroll
        for (int m = 0; m < T1; m++) {
#pragma unroll
            for (int c = 0; c < T3; c++) {
                Sums<BF16> sums[ROWS] = {};
#pragma unroll
                for (int k = 0; k < T1; k++) {
                    Tile a;
                    a.read(tables.first + (m * T1 + k) * TILE);
#pragma unroll
                    for (int i = 0; i < ROWS * 2; i++) {
                        int r = i / 2, s = i % 2;
                        sums[r].re[s].add(a.re, words[r][k][2 * c + s][0], words[r][k][2 * c + s][1]);
                        sums[r].im[s].add(a.im, words[r][k][2 * c + s][0], words[r][k][2 * c + s][1]);
                    }
                }
                Tile w;
                w.read(tables.turns + (m * T3 + c) * TILE);
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    z[r][m][c] = sums[r].template turned<false, LEFT, false>(w);
                }
            }
        }
        Tile back[ROWS][T3][T1];  // (n2, k1)
#pragma unroll
        for (int m = 0; m < T1; m++) {
            Tile product[ROWS][T3];  // (k1, k3)
#pragma unroll
            for (int c = 0; c < T3; c++) {
                Sums<BF16> sums[ROWS] = {};
#pragma unroll
                for (int k = 0; k < T3; k++) {
                    MatrixTile d;
                    d.z.read(tables.third + (c * T3 + k) * TILE);
                    d.complete();
#pragma unroll
                    for (int r = 0; r < ROWS; r++) times_matrix<BF16, false>(sums[r], z[r][m][k], d);
                }
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    Tile w;
                    w.read(spectra[r] + (m * T3 + c) * TILE);
#pragma unroll
                    for (int i = 0; i < 4; i++) {
                        w.re[i] = packed_plus<BF16>(w.re[i], skips[r]);
                        w.im[i] ^= sign;
                    }
                    product[r][c] = sums[r].template turned<false, RIGHT>(w);
                }
            }
#pragma unroll
            for (int c = 0; c < T3; c++) {
                Sums<BF16> sums[ROWS] = {};
#pragma unroll
                for (int k = 0; k < T3; k++) {
                    MatrixTile d;
                    d.z.read(tables.third_back + (c * T3 + k) * TILE);
                    d.complete();
#pragma unroll
                    for (int r = 0; r < ROWS; r++) matrix_times<BF16, true>(sums[r], d, product[r][k]);
                }
                Tile w;
                w.read(tables.turns_back + (c * T1 + m) * TILE);
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    back[r][c][m] = sums[r].template turned<true, LEFT, false>(w);
                }
            }
        }
#pragma unroll
        for (int c = 0; c < T1; c++) {
            float sums[ROWS][T3][2][4] = {};  // n2, n1
#pragma unroll
            for (int k = 0; k < T1; k++) {
                Tile d;
                d.read(tables.last + (c * T1 + k) * TILE);
#pragma unroll
                for (int i = 0; i < ROWS * T3 * 2; i++) {
                    int r = i / (T3 * 2), m = i / 2 % T3, s = i % 2;
                    mma<BF16>(sums[r][m][s], back[r][m][k].re, d.re[2 * s], d.re[2 * s + 1]);  // Re (S conj F) = Re S Re F + Im S Im F
                    mma<BF16>(sums[r][m][s], back[r][m][k].im, d.im[2 * s], d.im[2 * s + 1]);
                }
            }
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                if (item + r >= end) continue;
                float v[4][W];
#pragma unroll
                for (int i = 0; i < 4 * W; i++) v[i / W][i % W] = scales[r] * sums[r][i % W / 2][i / W / 2][i % 2 * 2 + i / W % 2];
                int at = (c * 16 + 2 * t) * F3 + W * g;  // and n1 one and eight further
                if (plain_out) {
                    float* y = o.y + outs[r] + at;
#pragma unroll
                    for (int i = 0; i < 4; i++) {
                        int further = (i / 2 * 8 + i % 2) * F3;
                        if (at + further < o.length) put_plain(y + further, v[i]);
                    }
                } else {
#pragma unroll
                    for (int i = 0; i < 4; i++) put_gated(o, outs[r], at + (i / 2 * 8 + i % 2) * F3, v[i]);
                }
            }
        }
    }
}
