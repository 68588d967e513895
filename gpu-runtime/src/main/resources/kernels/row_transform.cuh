// Discrete Fourier transform of a row of 2^m complex numbers inside one block, and back.
//
// Forward runs the stages of a decimation in frequency from the longest span to the shortest, inverse the same stages backwards. A stage
// takes 16 numbers that lie a span apart into registers, transforms them there, turns each by its twiddle factor and puts them back where
// they were. Bins come out with the digits of their number reversed, and nobody reverses them: a product of spectra does not care, as long
// as both are in the same order. So numbers are moved between registers and shared memory once per stage, and memory outside is seen at the
// ends only:
//
//   element t + q n/16 ── load ──> first stage ──> ... ──> last stage (2 to 16 numbers, no twiddles) ── visit ──> back the same way ──> store
//
// Radices are 16 from the first stage on, and n / 16^a = 2, 4, 8 or 16 in the last; n is at least 32. Twiddle factors come from sincospif
// of a fraction that is exact in float32 (n is at most 2^24), two per sixteen numbers; the others are products of at most six of these.
#pragma once

#include "longwave.cuh"

__device__ __forceinline__ float2 operator+(float2 a, float2 b) { return make_float2(a.x + b.x, a.y + b.y); }
__device__ __forceinline__ float2 operator-(float2 a, float2 b) { return make_float2(a.x - b.x, a.y - b.y); }
__device__ __forceinline__ float2 operator*(float a, float2 b) { return make_float2(a * b.x, a * b.y); }
__device__ __forceinline__ float2 operator*(float2 a, float2 b) { return make_float2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
__device__ __forceinline__ float2 conjugate(float2 a) { return make_float2(a.x, -a.y); }

/** exp(iπ h): h half turns. */
__device__ __forceinline__ float2 turn(float half_turns) {
    float2 e;
    sincospif(half_turns, &e.y, &e.x);
    return e;
}

/** cos(π q/32), q = 0 to 16; after unrolling a constant. */
__device__ __forceinline__ constexpr float corner_cosine(int q) {
    switch (q) {
        case 0: return 1.0f;
        case 1: return 0.99518472667219688624f;
        case 2: return 0.98078528040323044913f;
        case 3: return 0.95694033573220886494f;
        case 4: return 0.92387953251128675613f;
        case 5: return 0.88192126434835502971f;
        case 6: return 0.83146961230254523708f;
        case 7: return 0.77301045336273696081f;
        case 8: return 0.70710678118654752440f;
        case 9: return 0.63439328416364549822f;
        case 10: return 0.55557023301960222474f;
        case 11: return 0.47139673682599764856f;
        case 12: return 0.38268343236508977173f;
        case 13: return 0.29028467725446236764f;
        case 14: return 0.19509032201612826785f;
        case 15: return 0.09801714032956060199f;
        default: return 0.0f;
    }
}

/** exp(iπ q/32), q = 0 to 15. */
__device__ __forceinline__ float2 corner(int q) { return make_float2(corner_cosine(q), corner_cosine(16 - q)); }

/** a exp(∓2πi E/16), minus forward and plus inverse; E = 1, 2, 3, 4, 6 or 9. */
template <int E, bool INVERSE> __device__ __forceinline__ float2 turn_16(float2 a) {
    if constexpr (E == 4) {
        return INVERSE ? make_float2(-a.y, a.x) : make_float2(a.y, -a.x);
    } else {
        constexpr float cosine = E == 9 ? -corner_cosine(4) : E > 4 ? -corner_cosine(32 - 4 * E) : corner_cosine(4 * E);
        constexpr float sine = E == 9 ? -corner_cosine(12) : E > 4 ? corner_cosine(4 * E - 16) : corner_cosine(16 - 4 * E);
        return a * make_float2(cosine, INVERSE ? sine : -sine);
    }
}

/** Four numbers in place, bins in natural order. */
template <bool INVERSE> __device__ __forceinline__ void dft_4(float2& a, float2& b, float2& c, float2& d) {
    float2 even = a + c, odd = a - c, sum = b + d, difference = turn_16<4, INVERSE>(b - d);
    a = even + sum;
    b = odd + difference;
    c = even - sum;
    d = odd - difference;
}

/** R numbers in registers, in place, bins in natural order; not divided by R. */
template <int R, bool INVERSE> __device__ __forceinline__ void dft(float2 (&v)[R]) {
    static_assert(R == 2 || R == 4 || R == 8 || R == 16);
    if constexpr (R == 2) {
        float2 sum = v[0] + v[1];
        v[1] = v[0] - v[1];
        v[0] = sum;
    } else if constexpr (R == 4) {
        dft_4<INVERSE>(v[0], v[1], v[2], v[3]);
    } else if constexpr (R == 8) {
        // n = 4 n1 + n2, k = k1 + 2 k2: two numbers, a turn by k1 n2 eighths, four numbers
        float2 even[4] = {v[0] + v[4], v[1] + v[5], v[2] + v[6], v[3] + v[7]};
        float2 odd[4] = {v[0] - v[4], turn_16<2, INVERSE>(v[1] - v[5]), turn_16<4, INVERSE>(v[2] - v[6]), turn_16<6, INVERSE>(v[3] - v[7])};
        dft_4<INVERSE>(even[0], even[1], even[2], even[3]);
        dft_4<INVERSE>(odd[0], odd[1], odd[2], odd[3]);
#pragma unroll
        for (int k = 0; k < 4; k++) {
            v[2 * k] = even[k];
            v[2 * k + 1] = odd[k];
        }
    } else {
        // n = 4 n1 + n2, k = k1 + 4 k2: four numbers, a turn by k1 n2 sixteenths, four numbers
#pragma unroll
        for (int i = 0; i < 4; i++) dft_4<INVERSE>(v[i], v[4 + i], v[8 + i], v[12 + i]);
        v[5] = turn_16<1, INVERSE>(v[5]);
        v[6] = turn_16<2, INVERSE>(v[6]);
        v[7] = turn_16<3, INVERSE>(v[7]);
        v[9] = turn_16<2, INVERSE>(v[9]);
        v[10] = turn_16<4, INVERSE>(v[10]);
        v[11] = turn_16<6, INVERSE>(v[11]);
        v[13] = turn_16<3, INVERSE>(v[13]);
        v[14] = turn_16<6, INVERSE>(v[14]);
        v[15] = turn_16<9, INVERSE>(v[15]);
#pragma unroll
        for (int i = 0; i < 4; i++) dft_4<INVERSE>(v[4 * i], v[4 * i + 1], v[4 * i + 2], v[4 * i + 3]);
#pragma unroll
        for (int i = 0; i < 4; i++) {
#pragma unroll
            for (int k = i + 1; k < 4; k++) {
                float2 other = v[4 * i + k];
                v[4 * i + k] = v[4 * k + i];
                v[4 * k + i] = other;
            }
        }
    }
}

/** v[q] exp(∓2πi jq/m): the twiddle factors of a stage of span m/16. */
template <bool INVERSE> __device__ __forceinline__ void twiddle(float2 (&v)[16], int j, int m) {
    float part = (INVERSE ? 2.0f : -2.0f) * static_cast<float>(j) / static_cast<float>(m);  // exact: m is a power of two
    float2 once = turn(part), four = turn(4.0f * part);
    float2 twice = once * once, thrice = twice * once;
    v[1] = v[1] * once;
    v[2] = v[2] * twice;
    v[3] = v[3] * thrice;
    float2 fours = four;
#pragma unroll
    for (int q = 4; q < 16; q += 4) {
        v[q] = v[q] * fours;
        v[q + 1] = v[q + 1] * (fours * once);
        v[q + 2] = v[q + 2] * (fours * twice);
        v[q + 3] = v[q + 3] * (fours * thrice);
        if (q < 12) fours = fours * four;
    }
}

/**
 * A row in shared memory, one number after the other with a gap after every 16, so that the strides of all stages spread over the banks.
 */
struct RowMemory {
    float2* numbers;
    __device__ __forceinline__ float2& operator[](int i) const { return numbers[i + (i >> 4)]; }
};

/**
 * What a thread knows of the row it works on: n numbers, `lanes` threads of which it is number `lane`. With TWISTED, element t is turned by
 * exp(iπ (start + step t)) on its way in and back on its way out; step is 1/(2n).
 */
template <class Memory> struct Line {
    Memory z;
    int n, lane, lanes;
    float start, step;
};

/** The bin that stands at a position after the stages of a forward transform. */
__device__ __forceinline__ int bin_at(int position, int n) {
    int bin = 0, weight = 1;
    for (; n > 16; weight *= 16) {
        n /= 16;
        bin += weight * (position / n);
        position %= n;
    }
    return bin + weight * position;
}

/** First stage, from load(element). */
template <bool TWISTED, class Memory, class Load> __device__ __forceinline__ void first_stage(const Line<Memory>& line, Load load) {
    int span = line.n / 16;
    for (int t = line.lane; t < span; t += line.lanes) {
        float2 v[16];
#pragma unroll
        for (int q = 0; q < 16; q++) v[q] = load(t + q * span);
        if (TWISTED) {
            float2 base = turn(line.start + static_cast<float>(t) * line.step);
#pragma unroll
            for (int q = 0; q < 16; q++) v[q] = v[q] * (base * corner(q));
        }
        dft<16, false>(v);
        twiddle<false>(v, t, line.n);
#pragma unroll
        for (int q = 0; q < 16; q++) line.z[t + q * span] = v[q];
    }
    __syncthreads();
}

/** The same backwards, to store(element, value). The next first stage may follow at once: a thread writes what it alone has read. */
template <bool TWISTED, class Memory, class Store> __device__ __forceinline__ void final_stage(const Line<Memory>& line, Store store) {
    int span = line.n / 16;
    for (int t = line.lane; t < span; t += line.lanes) {
        float2 v[16];
#pragma unroll
        for (int q = 0; q < 16; q++) v[q] = line.z[t + q * span];
        twiddle<true>(v, t, line.n);
        dft<16, true>(v);
        if (TWISTED) {
            float2 base = turn(line.start + static_cast<float>(t) * line.step);
#pragma unroll
            for (int q = 0; q < 16; q++) v[q] = v[q] * conjugate(base * corner(q));
        }
#pragma unroll
        for (int q = 0; q < 16; q++) store(t + q * span, v[q]);
    }
}

/** A stage between the first and the last, of transforms of m numbers. */
template <bool INVERSE, class Memory> __device__ __forceinline__ void inner_stage(const Line<Memory>& line, int m) {
    int span = m / 16;
    for (int t = line.lane; t < line.n / 16; t += line.lanes) {
        int j = t & (span - 1);
        int at = (t - j) * 16 + j;
        float2 v[16];
#pragma unroll
        for (int q = 0; q < 16; q++) v[q] = line.z[at + q * span];
        if (INVERSE) twiddle<true>(v, j, m);
        dft<16, INVERSE>(v);
        if (!INVERSE) twiddle<false>(v, j, m);
#pragma unroll
        for (int q = 0; q < 16; q++) line.z[at + q * span] = v[q];
    }
    __syncthreads();
}

/** The last stage, of R numbers each. The bin at position R g + k has place k n/R + g: neighbouring threads have neighbouring places. */
template <int R, bool FORTH, bool BACK, class Memory, class Visit>
__device__ __forceinline__ void last_stage(const Line<Memory>& line, Visit visit) {
    int groups = line.n / R;
    for (int g = line.lane; g < groups; g += line.lanes) {
        float2 v[R] = {};
        if (FORTH) {
#pragma unroll
            for (int k = 0; k < R; k++) v[k] = line.z[g * R + k];
            dft<R, false>(v);
        }
#pragma unroll
        for (int k = 0; k < R; k++) v[k] = visit(k * groups + g, g * R + k, v[k]);
        if (BACK) {
            dft<R, true>(v);
#pragma unroll
            for (int k = 0; k < R; k++) line.z[g * R + k] = v[k];
        }
    }
    if (BACK) __syncthreads();
}

/**
 * Everything between the first stage and the final one. Every bin is given to visit(place, position, value), which answers what it becomes.
 * Without FORTH there are no values before, without BACK the answers are dropped.
 */
template <bool FORTH, bool BACK, class Memory, class Visit>
__device__ __forceinline__ void through_bins(const Line<Memory>& line, Visit visit) {
    int last = line.n;
    while (last > 16) last /= 16;
    if (FORTH) {
        for (int m = line.n / 16; m > 16; m /= 16) inner_stage<false>(line, m);
    }
    if (last == 2) last_stage<2, FORTH, BACK>(line, visit);
    else if (last == 4) last_stage<4, FORTH, BACK>(line, visit);
    else if (last == 8) last_stage<8, FORTH, BACK>(line, visit);
    else last_stage<16, FORTH, BACK>(line, visit);
    if (BACK) {
        for (int m = last * 16; m < line.n; m *= 16) inner_stage<true>(line, m);
    }
}
