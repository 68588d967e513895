// Convolutions of rows in three factors: longconv_half.cu says which.
#pragma once

#include "half_rows.cuh"
#include "half_tables.cuh"

/**
 * Three factors: a block has ROWS rows of a channel at a time, a word for a complex number in shared memory. Stages one and six: a warp
 * owns a quarter q of the columns of a row, m1 = 4q to 4q + 3, with all n1 or k1; with more warps than quarters SPLIT of them share one,
 * and its k1 or n1. Stages two to five: a warp owns a k1 of all rows. Between them chunks of four words go through shared memory: chunk
 * (k1, q, m2) has the four m1 at one m2. It is rewritten by the lane that has read it, and lies where eight lanes that are served at once
 * find banks of their own:
 *
 *   written by stage one   k1 = g, m2 = 4t + j    read by two, written by five   q = t, m2 = 2g + s    read by six   k1 = t, m2 = 2g + s
 *
 * with lane = 4g + t. The next rows are on their way to shared memory meanwhile, each warp's quarters to a place of its own.
 *
 * HALVES: two rows are the halves of one of 2N numbers (longconv.cu). For the gradient of the input they change places.
 */
__device__ __forceinline__ int chunk_in_row(int k1, int q, int m2) {
    return (k1 * 4 + q) * 16 + (m2 ^ (m2 >> 3) << 1 ^ ((k1 ^ q) & 1) ^ ((k1 ^ q) & 2) << 1);
}

template <int F1, int ROWS, int WARPS, bool BF16, bool HALVES>
__device__ __forceinline__ void convolve_long_rows(const HalfTerms& o, unsigned* shared) {
    static_assert(!HALVES || ROWS % 2 == 0);
    constexpr int PIECES = HALVES ? 2 : 1, EACH = ROWS / PIECES;  // EACH: rows of the batch
    constexpr int N = F1 * 256, CHUNKS = N / 4, T = F1 < 16 ? 1 : F1 / 16, STEPS = F1 / 8, PARTS = ROWS * 4;
    constexpr int SPLIT = T > 2 && WARPS >= 4 * PARTS ? 4 : T > 1 && WARPS >= 2 * PARTS ? 2 : 1, OWN = T / SPLIT;
    constexpr int UNITS = (PARTS * SPLIT + WARPS - 1) / WARPS;
    [[maybe_unused]] constexpr int UNROLLED = OWN > 1 ? 1 : 4;

    const auto& tables = in_shared_memory(long_tables<F1, BF16>, shared);
    const uint4* there = reinterpret_cast<const uint4*>(tables.there);
    const uint4* home = reinterpret_cast<const uint4*>(tables.home);
    uint4* rows = reinterpret_cast<uint4*>(shared + sizeof(tables) / sizeof(unsigned));  // [ROWS][chunk]
    float4* coming = reinterpret_cast<float4*>(rows + ROWS * CHUNKS);  // [ROWS][q][n1][m1 and a quarter of m2]
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32, g = lane / 4, t = lane % 4;
    __syncthreads();

    int groups = (o.batch + EACH - 1) / EACH, items = o.channels * groups, end = first_item(items, blockIdx.x + 1);
    bool plain_in = o.input_gate == nullptr && o.aligned(o.u), plain_out = o.output_gate == nullptr && !o.accumulate && o.aligned(o.y);
    unsigned sign = o.conjugated ? 0x80008000u : 0;
    auto start_of = [&](int row) { return HALVES ? ((row & 1) ^ o.conjugated) * N : 0; };  // of one of ROWS in its row of the batch
    // Chunks of the first and last stage and of those between, apart from what is the same for all lanes.
    int first_chunk = chunk_in_row(g, 0, 4 * t), middle_chunk = chunk_in_row(0, t, 2 * g), last_chunk = chunk_in_row(t, 0, 2 * g);
    int coming_chunk = 2 * t * 16 + (((g >> 1) ^ t) + (g & 1) * (8 + 4));  // n1 = 2t, m1 = 2 (g mod 2), m2 = 4 (g/2)
    auto for_units = [&](auto work) {  // of this warp; the compiler knows how many it has
        for (int turn = 0; turn < UNITS; turn++) {
            int unit = turn * WARPS + warp;
            if (UNITS * WARPS == PARTS * SPLIT || unit < PARTS * SPLIT) work(unit);
        }
    };
    auto fetch_rows = [&](const RowPlace& group) {  // the numbers of a warp's quarters
        for_units([&](int unit) {
            int part = unit / SPLIT;
            RowPlace row = group;
            row.b = group.b * EACH + part / 4 / PIECES;
            if (row.b >= o.batch) return;
            long long in = row.in(o);
            int c = lane % 16, from_n1 = unit % SPLIT * (F1 / SPLIT) + lane / 16;
            int first = start_of(part / 4) + from_n1 * 256 + part % 4 * 64 + 4 * c;
            float4* to = coming + (part * F1 + from_n1) * 16;
            c ^= c >> 3 << 2;
            if (plain_in) {
                const float* from = o.u + in + first;
#pragma unroll 8
                for (int i = 0; i < F1 / SPLIT; i += 2) {
                    copy_ahead(to + i * 16 + (c ^ (i / 2 & 3)), from + i * 256, first + i * 256 < o.length);
                }
            } else {
#pragma unroll 1
                for (int i = 0; i < F1 / SPLIT; i += 2) to[i * 16 + (c ^ (i / 2 & 3))] = gated_numbers(o, in, first + i * 256);
            }
        });
    };
    int item = first_item(items, blockIdx.x);
    RowPlace at(o, item / groups, item % groups);  // b counts groups here
    if (item < end) fetch_rows(at);
    for (; item < end; item++) {
        await_copies();
        if (SPLIT > 1) __syncthreads();
        else __syncwarp();
        for_units([&](int unit) {
            int part = unit / SPLIT;
            uint4* to = rows + part / 4 * CHUNKS + part % 4 * 16;
            int own_chunk = first_chunk ^ ((part & 1) | (part & 2) << 1);
            unsigned words[2][T][4][2];  // m1 even and odd pairs, n1, m2, n1
#pragma unroll
            for (int i = 0; i < T * 4; i++) {
                int s = i % 2, k = i / 4, b = i / 2 % 2;
                if (F1 < 16 && b == 1) {
                    for (int j = 0; j < 4; j++) words[s][k][j][b] = 0;
                    continue;
                }
                const float4* from = coming + part * F1 * 16 + (coming_chunk ^ s << 2) + (k * 16 + b * 8) * 16;
                float4 one = from[0], two = from[16];
                words[s][k][0][b] = pack<BF16>(one.x, two.x);
                words[s][k][1][b] = pack<BF16>(one.y, two.y);
                words[s][k][2][b] = pack<BF16>(one.z, two.z);
                words[s][k][3][b] = pack<BF16>(one.w, two.w);
            }
            if constexpr (F1 < 16) {
                uint4 four = reinterpret_cast<const uint4*>(tables.first)[lane];
                unsigned f[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    Product<BF16> even = {}, odd = {};
                    even.add(f, words[0][0][j][0], words[0][0][j][1]);
                    odd.add(f, words[1][0][j][0], words[1][0][j][1]);
                    to[own_chunk ^ j] = {even.word(0), odd.word(0), even.word(1), odd.word(1)};
                }
            } else {
#pragma unroll(UNROLLED)
                for (int own = 0; own < OWN; own++) {
                    int m = unit % SPLIT * OWN + own;
                    constexpr int AT_ONCE = OWN > 1 && T > 2 ? 2 : 1;  // m2
                    Tile f[T];
#pragma unroll
                    for (int k = 0; k < T && T <= 2; k++) f[k].read(tables.first + (m * T + k) * TILE);
#pragma unroll
                    for (int first = 0; first < 4; first += AT_ONCE) {
                        Sums<BF16> sums[AT_ONCE] = {};
#pragma unroll
                        for (int k = 0; k < T; k++) {
                            if (T > 2) f[0].read(tables.first + (m * T + k) * TILE);
                            const Tile& of = f[T > 2 ? 0 : k];
#pragma unroll
                            for (int i = 0; i < 2 * AT_ONCE; i++) {
                                int s = i % 2, j = i / 2;
                                sums[j].re[s].add(of.re, words[s][k][first + j][0], words[s][k][first + j][1]);
                                sums[j].im[s].add(of.im, words[s][k][first + j][0], words[s][k][first + j][1]);
                            }
                        }
#pragma unroll
                        for (int i = 0; i < 2 * AT_ONCE; i++) {
                            int h = i % 2, j = i / 2;
                            to[(own_chunk ^ (first + j)) + (m * 16 + h * 8) * 64] = {sums[j].re[0].word(h), sums[j].re[1].word(h),
                                    sums[j].im[0].word(h), sums[j].im[1].word(h)};
                        }
                    }
                }
            }
        });
        float scale = o.scales[at.kernel], added = o.skip == nullptr ? 0.0f : o.skip[at.j];  // on their way while rows are asked for
        if (SPLIT > 1) __syncthreads();
        else __syncwarp();
        RowPlace here = at;
        at.advance(o, 1, groups);
        if (item + 1 < end) fetch_rows(at);
        if (SPLIT == 1) __syncthreads();
        const uint4* spectrum = reinterpret_cast<const uint4*>(o.spectrum + static_cast<long long>(here.kernel) * PIECES * N);
        unsigned skip = scaled_skip<BF16>(added, scale);
        MatrixTile left, right;
        Tile turns;
        left.z.read(tables.left);
        right.z.read(tables.right);
        turns.read(tables.turns);
        left.complete();
        right.complete();
        for (int k1 = warp; k1 < F1; k1 += WARPS) {
            uint4 k_re = spectrum[k1 * 64 + lane], k_im = spectrum[k1 * 64 + 32 + lane], l_re, l_im;
            if constexpr (HALVES) {
                l_re = spectrum[N / 4 + k1 * 64 + lane];
                l_im = spectrum[N / 4 + k1 * 64 + 32 + lane];
            }
            uint4* own = rows + k1 * 64 + (middle_chunk ^ ((k1 & 1) | (k1 & 2) << 1));
            int other = 1 - 2 * ((middle_chunk ^ k1) & 1);  // from chunk m2 = 2g to 2g + 1
            Tile z[ROWS];  // (m1, m2), on the right
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                uint4 a = own[r * CHUNKS], b = own[r * CHUNKS + other];
                z[r].set({a.x, a.y, b.x, b.y}, {a.z, a.w, b.z, b.w});
            }
            MatrixTile m;
            uint4 v = there[k1 * 8 + 2 * t];
            m.z = left.z;
#pragma unroll
            for (int i = 0; i < 4; i++) turn_words<BF16, false>(m.z.re[i], m.z.im[i], i < 2 ? v.x : v.z, i < 2 ? v.y : v.w);
            m.complete();
            Tile w = turns;
            v = there[k1 * 8 + 2 * t + 1];
#pragma unroll
            for (int i = 0; i < 4; i++) turn_words<BF16, false>(w.re[i], w.im[i], i < 2 ? v.x : v.z, i < 2 ? v.y : v.w);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {  // (q1, m2), on the left
                Sums<BF16> sums = {};
                matrix_times<BF16, false>(sums, m, z[r]);
                z[r] = sums.template turned<false, LEFT, false>(w);
            }
            w.set({packed_plus<BF16>(k_re.x, skip), packed_plus<BF16>(k_re.y, skip), packed_plus<BF16>(k_re.z, skip),
                          packed_plus<BF16>(k_re.w, skip)},
                    {k_im.x ^ sign, k_im.y ^ sign, k_im.z ^ sign, k_im.w ^ sign});
#pragma unroll
            for (int r = 0; r < ROWS; r += PIECES) {  // (q1, k3), on the right
                Sums<BF16> sums[PIECES] = {};
#pragma unroll
                for (int i = 0; i < PIECES; i++) times_matrix<BF16, false>(sums[i], z[r + i], right);
                if constexpr (HALVES) {
                    Tile second;
                    second.set(l_re, {l_im.x ^ sign, l_im.y ^ sign, l_im.z ^ sign, l_im.w ^ sign});
                    convolve_halves<BF16>(z[r], z[r + 1], sums[0], sums[1], w, second);
                } else {
                    z[r] = sums[0].template turned<false, RIGHT>(w);
                }
            }
            w = turns;
            v = home[k1 * 16 + 2 * g + 1];
#pragma unroll
            for (int i = 0; i < 4; i++) turn_words<BF16, false>(w.re[i], w.im[i], i % 2 == 0 ? v.x : v.z, i % 2 == 0 ? v.y : v.w);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {  // (m2, q1), on the left
                Sums<BF16> sums = {};
                matrix_times<BF16, true>(sums, left, z[r]);
                z[r] = sums.template turned<true, LEFT, false>(w);
            }
            m.z = right.z;
            v = home[k1 * 16 + 2 * g];
#pragma unroll
            for (int i = 0; i < 4; i++) turn_words<BF16, false>(m.z.re[i], m.z.im[i], i < 2 ? v.x : v.z, i < 2 ? v.y : v.w);
            m.complete();
#pragma unroll
            for (int r = 0; r < ROWS; r++) {  // (m2, m1), words of a real and an imaginary part
                Sums<BF16> sums = {};
                times_matrix<BF16, true>(sums, z[r], m);
#pragma unroll
                for (int h = 0; h < 2; h++) {
                    own[r * CHUNKS + h * other] = {sums.re[0].beside(sums.im[0], h, 0), sums.re[1].beside(sums.im[1], h, 0),
                            sums.re[0].beside(sums.im[0], h, 1), sums.re[1].beside(sums.im[1], h, 1)};
                }
            }
        }
        __syncthreads();
        for_units([&](int unit) {
            int part = unit / SPLIT, first_m = unit % SPLIT * OWN;
            RowPlace target = here;
            target.b = here.b * EACH + part / 4 / PIECES;
            if (target.b >= o.batch) return;
            long long out = target.out(o);
            const unsigned* from = reinterpret_cast<const unsigned*>(rows + part / 4 * CHUNKS + part % 4 * 16);
            int own_chunk = last_chunk ^ ((part & 1) | (part & 2) << 1);
            constexpr int AT_ONCE = OWN > 1 ? 2 : 4;  // m1
#pragma unroll(UNROLLED)
            for (int first = 0; first < 4; first += AT_ONCE) {
                float sums[OWN][AT_ONCE][2][4] = {};  // n1; m1 and last bit of m2
#pragma unroll
                for (int k = 0; k < STEPS; k++) {
                    unsigned f[OWN][4];
#pragma unroll
                    for (int m = 0; m < OWN; m++) {
                        spread(reinterpret_cast<const uint4*>(tables.last)[((first_m + m) * STEPS + k) * 32 + lane], f[m]);
                    }
#pragma unroll
                    for (int s = 0; s < 2; s++) {
                        const unsigned* chunk = from + ((own_chunk ^ s) + k * 8 * 64) * 4 + first;
                        unsigned b[AT_ONCE], c[AT_ONCE];  // k1 = 8k + t and 4 more
                        if constexpr (AT_ONCE == 4) {
                            spread(*reinterpret_cast<const uint4*>(chunk), b);
                            spread(*reinterpret_cast<const uint4*>(chunk + 4 * 64 * 4), c);
                        } else {
                            uint2 x = *reinterpret_cast<const uint2*>(chunk), y = *reinterpret_cast<const uint2*>(chunk + 4 * 64 * 4);
                            b[0] = x.x;
                            b[1] = x.y;
                            c[0] = y.x;
                            c[1] = y.y;
                        }
#pragma unroll
                        for (int i = 0; i < OWN * AT_ONCE; i++) {
                            mma<BF16>(sums[i / AT_ONCE][i % AT_ONCE][s], f[i / AT_ONCE], b[i % AT_ONCE], c[i % AT_ONCE]);
                        }
                    }
                }
                // and n1 multiples of eight, m1 some further
                int at = start_of(part / 4) + (first_m * 16 + g) * 256 + part % 4 * 64 + first * 16 + 4 * t;
                float* y = o.y + out + at;
                auto put = [&](auto store) {
#pragma unroll
                    for (int i = 0; i < OWN * 2 * AT_ONCE; i++) {
                        int m = i / (2 * AT_ONCE), h = i / AT_ONCE % 2, e = i % AT_ONCE;
                        if (F1 < 16 && h == 1) continue;
                        float v[4] = {scale * sums[m][e][0][2 * h], scale * sums[m][e][1][2 * h], scale * sums[m][e][0][2 * h + 1],
                                scale * sums[m][e][1][2 * h + 1]};
                        store((m * 16 + h * 8) * 256 + e * 16, v);
                    }
                };
                if (plain_out) {
                    put([&](int further, const float(&v)[4]) {
                        if (at + further < o.length) put_plain(y + further, v);
                    });
                } else {
                    put([&](int further, const float(&v)[4]) { put_gated(o, out, at + further, v); });
                }
            }
        });
        __syncwarp();
    }
}
