// Discrete Fourier transform of rows of a length that the compiler knows, inside one block, and back: what row_transform.cuh does for any
// power of two, several times as fast, because every stride is a constant and a butterfly is six fused multiply-adds.
//
// N = R1 R2 R3 (R3 may be 1), element n = n1 N/R1 + n2 N/(R1 R2) + n3, bin k = k1 + R1 k2 + R1 R2 k3. A stage transforms R numbers that lie
// a span apart in the registers of one thread and puts them back where they were, so bins come out with their digits reversed, and stay so.
// What is special is when twiddle factors are applied: not to the bins of a stage but to the elements of the next. Those of the group that
// knows its bin to be k so far are turned by the powers of one number:
//
//   second stage:  Σ_n2 S1[k1][n2] w^n2 exp(-2πi n2 k2/R2),   w = exp(-2πi (k1 - 1/4)/(R1 R2))        (1/4: the right angle of longconv.cu)
//   third stage:   the same with n3, k = k1 + R1 k2, w = exp(-2πi (k - 1/4)/N)
//   first stage:   w = exp(2πi/4R1), known to the compiler
//
// Elements of the first half are multiplied by their powers of w, those of the second on their way through the first layer of butterflies,
// a w^i ± w^(i+R/2) b, and all layers after it have constants that the compiler knows. The way back does the same from the other end, with w =
// exp(2πi j/(R span)) for a group whose time is j so far. Where only the real part of an element is wanted, the turn back by θ^-n is half in the
// powers of w (θ^-j) and half in the constants of the last layer, which then leaves out the imaginary part. The w's do not change from row to
// row and are kept in shared memory.
//
// That constants come so early is for the registers' sake: a quarter of a multiprocessor reads two of them a cycle, one of each of two banks, so
// that a multiply-add of three registers costs up to two cycles and one of two and a constant may cost one. Butterflies of w's in all layers are
// as many instructions and were slower.
//
// Who does what. A row belongs to LANES = N/POINTS threads; a thread has POINTS numbers of it, in one stage after the other. ROWS = 2 takes
// two rows at once, side by side in shared memory, which halves the twiddle factors and the instructions that move numbers. From the second
// stage on a group's numbers stay within a piece of N/R1 numbers that TEAM threads share.
#pragma once

#include "exact_turn.cuh"
#include "row_transform.cuh"

/**
 * The same number, but the compiler does not know: without this it would keep all that is computed from it from row to row, in more registers
 * than there are.
 */
__device__ __forceinline__ float2 unknown(float2 a) {
#ifndef HOST_SHIM
    asm volatile("" : "+f"(a.x), "+f"(a.y));
#endif
    return a;
}

/** The same for a pointer: without this all that it points to would be loaded before the loop over rows. */
template <class T> __device__ __forceinline__ const T* unknown(const T* a) {
#ifndef HOST_SHIM
    asm volatile("" : "+l"(a));
#endif
    return a;
}

/** And for a number that others are computed from: they are then computed anew after it, and not kept. */
__device__ __forceinline__ int unknown(int a) {
#ifndef HOST_SHIM
    asm volatile("" : "+r"(a));
#endif
    return a;
}

/** The numbers of ROWS rows at one place: one load or store of shared memory. */
template <int ROWS> struct Numbers;

template <> struct Numbers<1> {
    float2 row[1];

    __device__ __forceinline__ static Numbers from(const float* at) { return {{*reinterpret_cast<const float2*>(at)}}; }
    __device__ __forceinline__ void to(float* at) const { *reinterpret_cast<float2*>(at) = row[0]; }
};

template <> struct Numbers<2> {
    float2 row[2];

    __device__ __forceinline__ static Numbers from(const float* at) {
        float4 both = *reinterpret_cast<const float4*>(at);
        return {{make_float2(both.x, both.y), make_float2(both.z, both.w)}};
    }
    __device__ __forceinline__ void to(float* at) const {
        *reinterpret_cast<float4*>(at) = make_float4(row[0].x, row[0].y, row[1].x, row[1].y);
    }
};

/** a + w b and a - w b, the second as 2 a - (a + w b). What is multiplied by the same number stands together: it is then read once. */
template <int ROWS> __device__ __forceinline__ void butterfly(Numbers<ROWS>& a, Numbers<ROWS>& b, float2 w) {
    Numbers<ROWS> sum;
#pragma unroll
    for (int r = 0; r < ROWS; r++) sum.row[r] = make_float2(fmaf(w.x, b.row[r].x, a.row[r].x), fmaf(w.x, b.row[r].y, a.row[r].y));
#pragma unroll
    for (int r = 0; r < ROWS; r++) sum.row[r] = make_float2(fmaf(-w.y, b.row[r].y, sum.row[r].x), fmaf(w.y, b.row[r].x, sum.row[r].y));
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        b.row[r] = make_float2(fmaf(2.0f, a.row[r].x, -sum.row[r].x), fmaf(2.0f, a.row[r].y, -sum.row[r].y));
        a.row[r] = sum.row[r];
    }
}

/** w a, in the same order. */
template <int ROWS> __device__ __forceinline__ Numbers<ROWS> operator*(const Numbers<ROWS>& a, float2 w) {
    Numbers<ROWS> product;
#pragma unroll
    for (int r = 0; r < ROWS; r++) product.row[r] = make_float2(w.x * a.row[r].x, w.x * a.row[r].y);
#pragma unroll
    for (int r = 0; r < ROWS; r++) product.row[r] = make_float2(fmaf(-w.y, a.row[r].y, product.row[r].x), fmaf(w.y, a.row[r].x, product.row[r].y));
    return product;
}

/** The same for one row and w = exp(2πi ANGLE/WHOLE) of the compiler. */
template <int ANGLE, int WHOLE> __device__ __forceinline__ void fixed_butterfly(float2& a, float2& b) {
    if constexpr (ANGLE == 0 || 4 * ANGLE == WHOLE || 4 * ANGLE == 3 * WHOLE) {
        float2 turned = ANGLE == 0 ? b : 4 * ANGLE == WHOLE ? make_float2(-b.y, b.x) : make_float2(b.y, -b.x);
        b = a - turned;
        a = a + turned;
    } else {
        constexpr float cosine = static_cast<float>(cosine_of(static_cast<double>(ANGLE) / WHOLE));
        constexpr float sine = static_cast<float>(cosine_of(static_cast<double>(ANGLE) / WHOLE - 0.25));
        float2 sum = make_float2(fmaf(cosine, b.x, fmaf(-sine, b.y, a.x)), fmaf(cosine, b.y, fmaf(sine, b.x, a.y)));
        b = make_float2(fmaf(2.0f, a.x, -sum.x), fmaf(2.0f, a.y, -sum.y));
        a = sum;
    }
}

/** w exp(2πi K/M) for K and M of the compiler. */
template <int K, int M> __device__ __forceinline__ float2 turned(float2 w) {
    constexpr int k = (K % M + M) % M;
    if constexpr (k == 0) return w;
    else if constexpr (4 * k == M) return make_float2(-w.y, w.x);
    else if constexpr (2 * k == M) return make_float2(-w.x, -w.y);
    else if constexpr (4 * k == 3 * M) return make_float2(w.y, -w.x);
    else {
        constexpr float cosine = static_cast<float>(cosine_of(static_cast<double>(k) / M));
        constexpr float sine = static_cast<float>(cosine_of(static_cast<double>(k) / M - 0.25));
        return w * make_float2(cosine, sine);
    }
}

/** A number w on the unit circle and its fourth power, each rounded but once: other powers come from both with less error than from w alone. */
struct Powers {
    float2 once, four;
};

template <int K, int M> __device__ __forceinline__ Powers turned(Powers w) { return {turned<K, M>(w.once), turned<4 * K, M>(w.four)}; }

/** Which of R registers has bin k after the layers below: its bits reversed. */
template <int R> __device__ __forceinline__ constexpr int slot(int k) {
    int reversed = 0;
    for (int bit = 1; bit < R; bit *= 2) reversed = 2 * reversed + k / bit % 2;
    return reversed;
}

/** From the bin's bits known so far, KK, to one more: butterflies of numbers HALF apart with w^HALF exp(∓2πi KK/2 GROUPS), w = exp(2πi TURN/4R). */
template <int R, int HALF, bool INVERSE, int TURN, int ROWS, int KK = 0> __device__ __forceinline__ void fixed_layer(Numbers<ROWS> (&v)[R]) {
    constexpr int GROUPS = R / (2 * HALF), at = slot<GROUPS>(KK) * 2 * HALF, WHOLE = 4 * R;
    constexpr int angle = ((TURN * HALF + (INVERSE ? KK : -KK) * (WHOLE / 2) / GROUPS) % WHOLE + WHOLE) % WHOLE;
#pragma unroll
    for (int i = at; i < at + HALF; i++) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) fixed_butterfly<angle, WHOLE>(v[i].row[r], v[i + HALF].row[r]);
    }
    if constexpr (KK + 1 < GROUPS) fixed_layer<R, HALF, INVERSE, TURN, ROWS, KK + 1>(v);
}

/**
 * Σ_i v[i] w^i exp(∓2πi i k/R), minus forward and plus inverse, bin k in v[slot<R>(k)], for w = exp(2πi TURN/4R): 0 is the plain transform, 1 that
 * of a row turned by θ^n. From the layer of HALF on, to that of LAST_HALF.
 */
template <int R, bool INVERSE, int TURN, int ROWS, int HALF = R / 2, int LAST_HALF = 1> __device__ __forceinline__ void evaluate_fixed(
        Numbers<ROWS> (&v)[R]) {
    fixed_layer<R, HALF, INVERSE, TURN, ROWS>(v);
    if constexpr (HALF > LAST_HALF) evaluate_fixed<R, INVERSE, TURN, ROWS, HALF / 2, LAST_HALF>(v);
}

/** evaluate_fixed<R, false, 1> of real numbers: the first two layers, with w^(R/4) = exp(iπ/8), are fifteen operations for four numbers. */
template <int R, int ROWS> __device__ __forceinline__ void evaluate_real(Numbers<ROWS> (&v)[R]) {
    constexpr float half_root = 0.70710678118654752440f;
    constexpr float cosine = static_cast<float>(cosine_of(1.0 / 16)), sine = static_cast<float>(cosine_of(3.0 / 16));
#pragma unroll
    for (int i = 0; i < R / 4; i++) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            float a = v[i].row[r].x, b = v[i + R / 4].row[r].x, c = half_root * v[i + R / 2].row[r].x, d = v[i + 3 * R / 4].row[r].x;
            float2 plus = make_float2(a + c, c), minus = make_float2(a - c, -c);
            v[i].row[r] = make_float2(fmaf(cosine, b, fmaf(sine, d, plus.x)), fmaf(sine, b, fmaf(cosine, d, plus.y)));
            v[i + R / 4].row[r] = make_float2(fmaf(2.0f, plus.x, -v[i].row[r].x), fmaf(2.0f, plus.y, -v[i].row[r].y));
            v[i + R / 2].row[r] = make_float2(fmaf(sine, b, fmaf(-cosine, d, minus.x)), fmaf(-cosine, b, fmaf(sine, d, minus.y)));
            v[i + 3 * R / 4].row[r] = make_float2(fmaf(2.0f, minus.x, -v[i + R / 2].row[r].x), fmaf(2.0f, minus.y, -v[i + R / 2].row[r].y));
        }
    }
    evaluate_fixed<R, false, 1, ROWS, R / 8>(v);
}

__device__ __forceinline__ float2 square(float2 a) { return make_float2(fmaf(a.x, a.x, -a.y * a.y), 2.0f * a.x * a.y); }

/** The first layer of an evaluation for any w of length 1, with v[i] w^i or, SCALED, s v[i] w^i. */
template <int R, bool SCALED, int ROWS> __device__ __forceinline__ void first_layer(Numbers<ROWS> (&v)[R], Powers w, float2 s) {
    static_assert(R >= 8);
    auto scaled = [&](float2 a) { return SCALED ? s * a : a; };
    float2 two = square(w.once), power[R] = {SCALED ? s : make_float2(1.0f, 0.0f), scaled(w.once), scaled(two)};
    power[3] = power[1] * two;
    power[4] = scaled(w.four);
    float twice = 2.0f * w.four.x;
#pragma unroll
    for (int i = 5; i < 16 && i < R; i++) {
        if (SCALED && i < 8) {
            power[i] = power[i - 4] * w.four;
        } else {  // w^i = 2 Re(w^4) w^(i-4) - w^(i-8): half of what a product costs, but errors add up
            float2 before = i < 8 ? conjugate(power[8 - i]) : power[i - 8];
            power[i] = make_float2(fmaf(twice, power[i - 4].x, -before.x), fmaf(twice, power[i - 4].y, -before.y));
        }
    }
    if constexpr (R > 16) {
        float2 sixteen = square(square(w.four));
        power[16] = scaled(sixteen);
#pragma unroll
        for (int i = 17; i < R; i++) {
            if (SCALED) {
                power[i] = power[i - 16] * sixteen;
            } else {  // the same with w^16, and one step alone
                power[i] = make_float2(fmaf(2.0f * sixteen.x, power[i - 16].x, -power[32 - i].x),
                        fmaf(2.0f * sixteen.x, power[i - 16].y, power[32 - i].y));
            }
        }
    }
#pragma unroll
    for (int i = 0; i < R / 2; i++) {
        if (SCALED || i > 0) v[i] = v[i] * power[i];
        butterfly(v[i], v[i + R / 2], power[i + R / 2]);
    }
}

/** As evaluate_fixed for any w of length 1. */
template <int R, bool INVERSE, int ROWS> __device__ __forceinline__ void evaluate(Numbers<ROWS> (&v)[R], Powers w) {
    first_layer<R, false>(v, w, {});
    evaluate_fixed<R, INVERSE, 0, ROWS, R / 4>(v);
}

/** Of two numbers left before the last inverse layer, those of bins K and K + R/2: real parts of the bins times exp(-2πi bin/4R), in .x. */
template <int R, int ROWS, int K = 0> __device__ __forceinline__ void real_layer(Numbers<ROWS> (&v)[R]) {
    constexpr int at = slot<R>(K);
    constexpr double turn = K / (4.0 * R);  // of bin K; that of bin K + R/2 is an eighth more, and b's angle is 4 turn less each of them
    constexpr float a_x = static_cast<float>(cosine_of(turn)), a_y = static_cast<float>(cosine_of(turn - 0.25));
    constexpr float b_x = static_cast<float>(cosine_of(3 * turn)), b_y = static_cast<float>(cosine_of(3 * turn + 0.25));
    constexpr float c_x = static_cast<float>(cosine_of(turn + 0.125)), c_y = static_cast<float>(cosine_of(turn - 0.125));
    constexpr float d_x = static_cast<float>(cosine_of(3 * turn + 0.375)), d_y = static_cast<float>(cosine_of(3 * turn - 0.375));
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        float2 a = v[at].row[r], b = v[at + 1].row[r];
        if constexpr (K == 0) {
            v[at].row[r].x = a.x + b.x;
            v[at + 1].row[r].x = c_x * (a.x - b.x + (a.y - b.y));
        } else {
            v[at].row[r].x = fmaf(a_x, a.x, fmaf(a_y, a.y, fmaf(b_x, b.x, b_y * b.y)));
            v[at + 1].row[r].x = fmaf(c_x, a.x, fmaf(c_y, a.y, fmaf(d_x, b.x, d_y * b.y)));
        }
    }
    if constexpr (K + 1 < R / 2) real_layer<R, ROWS, K + 1>(v);
}

/** Re s exp(-2πi k/4R) Σ_i v[i] w^i exp(2πi i k/R) in v[slot<R>(k)].row[r].x: an inverse evaluation and the turn back from θ^n in one. */
template <int R, int ROWS> __device__ __forceinline__ void evaluate_real_parts(Numbers<ROWS> (&v)[R], Powers w, float2 s) {
    first_layer<R, true>(v, w, s);
    evaluate_fixed<R, true, 0, ROWS, R / 4, 2>(v);
    real_layer(v);
}

/** What threads take the w's of their stages from, in the order of FixedRows::TURNS, and θ^-lane: a table of the compiler. */
template <class Rows> struct TurnTable {
    alignas(16) float powers[4 * Rows::TURNS];
    alignas(8) float twist[2 * Rows::LANES];

    __host__ __device__ constexpr void put(int at, double half_turns) {
        ExactTurn once(half_turns), four(4 * half_turns);
        powers[4 * at] = static_cast<float>(once.x);
        powers[4 * at + 1] = static_cast<float>(once.y);
        powers[4 * at + 2] = static_cast<float>(four.x);
        powers[4 * at + 3] = static_cast<float>(four.y);
    }

    __host__ __device__ constexpr TurnTable() : powers{}, twist{} {
        constexpr double n = Rows::N;
        for (int lane = 0; lane < Rows::LANES; lane++) {
            int bin = Rows::THIRD > 1 ? lane / Rows::TEAM + Rows::FIRST * (lane % Rows::TEAM) : lane;
            put(Rows::LAST_THERE + lane, (Rows::QUARTER - 4 * bin) * 0.5 / n);
            put(Rows::FINAL + lane, 2 * lane / n);
            ExactTurn back(-0.5 * lane / n);
            twist[2 * lane] = static_cast<float>(back.x);
            twist[2 * lane + 1] = static_cast<float>(back.y);
        }
        for (int piece = 0; Rows::THIRD > 1 && piece < Rows::FIRST; piece++) {
            put(Rows::MIDDLE + piece, (Rows::QUARTER - 4 * piece) * Rows::SPAN2 * 0.5 / n);
        }
        for (int member = 0; Rows::THIRD > 1 && member < Rows::TEAM; member++) {
            put(Rows::MIDDLE_BACK + member, 2.0 * member / Rows::SPAN1);
        }
    }
};

template <class Rows> __device__ constexpr TurnTable<Rows> turn_table{};

/** What a thread knows of the ROWS rows it works on. TWISTED multiplies element n by θ^n on its way in and divides on its way out. */
template <int SIZE, int ROWS_, int POINTS, int R1, int R2, int R3, bool TWISTED = true> struct FixedRows {
    static_assert(R1 * R2 * R3 == SIZE && R1 <= POINTS && R2 <= POINTS && R3 <= POINTS);
    static constexpr int N = SIZE, ROWS = ROWS_, FIRST = R1, THIRD = R3;
    static constexpr int QUARTER = TWISTED ? 1 : 0;
    static constexpr int LANES = N / POINTS;
    static constexpr int LAST = R3 > 1 ? R3 : R2;
    static constexpr int SPAN1 = N / R1, SPAN2 = N / (R1 * R2);
    static constexpr int TEAM = R3 > 1 ? SPAN1 / POINTS : 1;
    /** One gap after every so many numbers, so that the last stage's strides spread over the banks; R2 is a multiple or a divisor. */
    static constexpr int PAD = LAST;
    static constexpr int FLOATS = (N + N / PAD) * 2 * ROWS;
    static_assert(SPAN1 % PAD == 0 && (SPAN2 % PAD == 0 || R3 == 1));

    /**
     * Where the w's of the stages begin: of each thread in the last one there and the final one back, of each piece in the middle one there and of
     * each member of a team in the middle one back.
     */
    enum {
        LAST_THERE = 0,
        FINAL = LAST_THERE + LANES,
        MIDDLE = FINAL + LANES,
        MIDDLE_BACK = MIDDLE + (R3 > 1 ? R1 : 0),
        TURNS = MIDDLE_BACK + (R3 > 1 ? TEAM : 0)
    };
    static constexpr int TABLE_FLOATS = TURNS * 4;

    float* numbers;
    const float* table;
    int lane;
    float2 twist;  // θ^-lane

    /**
     * @param shared room for TABLE_FLOATS, then FLOATS for each threadIdx.y
     */
    __device__ __forceinline__ explicit FixedRows(float* shared) {
        numbers = shared + TABLE_FLOATS + threadIdx.y * FLOATS;
        table = shared;
        lane = threadIdx.x;
        const auto& turns = turn_table<FixedRows<SIZE, 1, POINTS, R1, R2, R3, TWISTED>>;  // the same for all ROWS
        for (int i = threadIdx.y * LANES + lane; i < TURNS; i += blockDim.y * LANES) {
            reinterpret_cast<float4*>(shared)[i] = reinterpret_cast<const float4*>(turns.powers)[i];
        }
        if constexpr (TWISTED) twist = reinterpret_cast<const float2*>(turns.twist)[lane];
        __syncthreads();
    }

    __device__ __forceinline__ Powers w_at(int at) const {
        float4 w = *reinterpret_cast<const float4*>(table + 4 * at);
        return {make_float2(w.x, w.y), make_float2(w.z, w.w)};
    }

    __device__ __forceinline__ static constexpr int place(int i) { return (i + i / PAD) * 2 * ROWS; }

    /** Where a thread may leave what it makes of a bin, given its place: nobody else has read or will read there. */
    __device__ __forceinline__ float2& left_at(int place) const {
        static_assert(ROWS == 1, "a thread's bins of several rows have no room of their own");
        return reinterpret_cast<float2*>(numbers)[place % (N / LAST) * (LAST + 1) + place / (N / LAST)];
    }

    /** What was left of bin k, after a barrier; of the row of the block that is so many further along y. */
    __device__ __forceinline__ float2 left_of(int k, int further = 0) const {
        static_assert(ROWS == 1, "see left_at");
        int group = R3 > 1 ? k % R1 * R2 + k / R1 % R2 : k % R1;
        return reinterpret_cast<const float2*>(numbers + further * FLOATS)[group * (LAST + 1) + k / (N / LAST)];
    }

    /** What all threads of a row wrote is there. */
    __device__ __forceinline__ static void sync() {
        if constexpr (LANES <= 32) __syncwarp();
        else __syncthreads();
    }

    /** The same among the threads of a piece. */
    __device__ __forceinline__ static void sync_piece() {
        if constexpr (TEAM <= 32) __syncwarp();
        else __syncthreads();
    }

    __device__ __forceinline__ void put(const Numbers<ROWS> (&v)[R1], int t) const {
#pragma unroll
        for (int k = 0; k < R1; k++) v[slot<R1>(k)].to(numbers + place(t) + k * place(SPAN1));
    }

    /** First stage, of real rows: load(v, t) gets v[q].row[r].x = element t + q SPAN1 of row r. */
    template <class Load> __device__ __forceinline__ void first(Load load) const {
#pragma unroll
        for (int part = 0; part < POINTS / R1; part++) {
            Numbers<ROWS> v[R1];
            load(v, lane + part * LANES);
            evaluate_real<R1, ROWS>(v);
            put(v, lane + part * LANES);
        }
        sync();
    }

    /** First stage, of complex rows: load(row, element). */
    template <class Load> __device__ __forceinline__ void first_complex(Load load) const {
#pragma unroll
        for (int part = 0; part < POINTS / R1; part++) {
            int t = lane + part * LANES;
            Numbers<ROWS> v[R1];
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
#pragma unroll
                for (int q = 0; q < R1; q++) v[q].row[r] = load(r, t + q * SPAN1);
            }
            evaluate_fixed<R1, false, TWISTED ? 1 : 0, ROWS>(v);
            put(v, t);
        }
        sync();
    }

    template <bool INVERSE, int PART = 0> __device__ __forceinline__ void middle() const {
        if constexpr (R3 > 1 && PART < POINTS / R2) {
            unsigned piece = static_cast<unsigned>(lane) / TEAM, member = static_cast<unsigned>(lane) % TEAM;  // as int nvcc spills
            Powers w = INVERSE ? turned<PART * TEAM, R2 * SPAN2>(w_at(MIDDLE_BACK + member)) : w_at(MIDDLE + piece);
            float* at = numbers + lane / TEAM * place(SPAN1) + place(lane % TEAM + PART * TEAM);
            Numbers<ROWS> v[R2];
#pragma unroll
            for (int i = 0; i < R2; i++) v[i] = Numbers<ROWS>::from(at + i * place(SPAN2));
            evaluate<R2, INVERSE, ROWS>(v, w);
#pragma unroll
            for (int i = 0; i < R2; i++) v[slot<R2>(i)].to(at + i * place(SPAN2));
            middle<INVERSE, PART + 1>();
        }
    }

    template <bool FORTH, bool BACK, int PART, class Visit> __device__ __forceinline__ void last(Visit& visit) const {
        if constexpr (PART < POINTS / LAST) {
            constexpr int GROUPS = N / LAST;
            int g = R3 > 1 ? lane / TEAM * R2 + lane % TEAM + PART * TEAM : lane + PART * LANES;
            float* at = numbers + g * place(LAST);
            Numbers<ROWS> v[LAST] = {}, bins[LAST];
            if constexpr (FORTH) {
#pragma unroll
                for (int i = 0; i < LAST; i++) v[i] = Numbers<ROWS>::from(at + i * 2 * ROWS);
                evaluate<LAST, false, ROWS>(v, turned<-PART * (R3 > 1 ? TEAM * R1 : LANES), N>(w_at(LAST_THERE + lane)));
            }
#pragma unroll
            for (int k = 0; k < LAST; k++) bins[k] = visit(k * GROUPS + g, v[slot<LAST>(k)]);
            if constexpr (BACK) {
                evaluate_fixed<LAST, true, 0, ROWS>(bins);
#pragma unroll
                for (int i = 0; i < LAST; i++) bins[slot<LAST>(i)].to(at + i * 2 * ROWS);
            }
            last<FORTH, BACK, PART + 1>(visit);
        }
    }

    /**
     * Everything between the first stage and the final one. visit(place, numbers) gets every bin and answers what it becomes; neighbouring
     * threads have neighbouring places. Without FORTH there are no values before; without BACK the answers are dropped, and rows may begin
     * anew after a sync().
     */
    template <bool FORTH, bool BACK, class Visit> __device__ __forceinline__ void through_bins(Visit visit) const {
        if constexpr (FORTH && R3 > 1) {
            middle<false>();
            sync_piece();
        }
        last<FORTH, BACK, 0>(visit);
        if constexpr (BACK && R3 > 1) {
            sync_piece();
            middle<true>();
        }
        if constexpr (BACK) sync();
    }

    template <int PART> __device__ __forceinline__ void get(Numbers<ROWS> (&v)[R1]) const {
#pragma unroll
        for (int i = 0; i < R1; i++) v[i] = Numbers<ROWS>::from(numbers + place(lane + PART * LANES) + i * place(SPAN1));
    }

    template <int PART> __device__ __forceinline__ Powers final_powers() const { return turned<PART, POINTS>(w_at(FINAL + lane)); }

    /**
     * Final stage: store(row, element, real part), and before the first of them before_stores(). The next first stage may follow at once: a
     * thread writes what it alone has read.
     */
    template <int PART = 0, class Store, class Before> __device__ __forceinline__ void final(Store store, Before before_stores) const {
        if constexpr (PART < POINTS / R1) {
            Numbers<ROWS> v[R1];
            get<PART>(v);
            evaluate_real_parts<R1, ROWS>(v, final_powers<PART>(), turned<-PART, 4 * POINTS>(unknown(twist)));
            if constexpr (PART == 0) before_stores();
#pragma unroll
            for (int c = 0; c < R1; c++) {
#pragma unroll
                for (int r = 0; r < ROWS; r++) store(r, lane + PART * LANES + c * SPAN1, v[slot<R1>(c)].row[r].x);
            }
            final<PART + 1>(store, before_stores);
        }
    }

    template <class Store> __device__ __forceinline__ void final(Store store) const {
        final(store, [] {});
    }

    template <int C, class Store> __device__ __forceinline__ void store_complex(const Numbers<ROWS> (&v)[R1], float2 s, int t,
            Store& store) const {
        if constexpr (C < R1) {
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                float2 c = v[slot<R1>(C)].row[r];
                if constexpr (TWISTED) c = c * turned<-C, 4 * R1>(s);
                store(r, t + C * SPAN1, c);
            }
            store_complex<C + 1>(v, s, t, store);
        }
    }

    /** Final stage: store(row, element, number). */
    template <class Store, int PART = 0> __device__ __forceinline__ void final_complex(Store store) const {
        if constexpr (PART < POINTS / R1) {
            Numbers<ROWS> v[R1];
            get<PART>(v);
            evaluate<R1, true, ROWS>(v, final_powers<PART>());
            float2 s = {};
            if constexpr (TWISTED) s = turned<-PART, 4 * POINTS>(unknown(twist));
            store_complex<0>(v, s, lane + PART * LANES, store);
            final_complex<Store, PART + 1>(store);
        }
    }
};

/** How rows of a length are cut: numbers of a thread, and the stages. The same stands in FixedRows.java. */
template <int N> struct Cut;
template <> struct Cut<256> { static constexpr int POINTS = 16, R1 = 16, R2 = 16, R3 = 1; };
template <> struct Cut<512> { static constexpr int POINTS = 32, R1 = 16, R2 = 32, R3 = 1; };
template <> struct Cut<1024> { static constexpr int POINTS = 32, R1 = 32, R2 = 32, R3 = 1; };
template <> struct Cut<2048> { static constexpr int POINTS = 16, R1 = 16, R2 = 8, R3 = 16; };
template <> struct Cut<4096> { static constexpr int POINTS = 16, R1 = 16, R2 = 16, R3 = 16; };
template <> struct Cut<8192> { static constexpr int POINTS = 32, R1 = 16, R2 = 32, R3 = 16; };
template <> struct Cut<16384> { static constexpr int POINTS = 32, R1 = 16, R2 = 32, R3 = 32; };

template <int N, int ROWS, bool TWISTED = true> using RowsOf = FixedRows<N, ROWS, Cut<N>::POINTS, Cut<N>::R1, Cut<N>::R2, Cut<N>::R3, TWISTED>;
