// CUDA C++ on a processor, for checking kernels where there is no GPU. Force-included (-include) before each .cu file.
//
// Every thread of a block is a fiber with a stack of its own; blocks run one after another. A fiber runs until it reaches a barrier or a warp
// collective, and goes on when all others of its block or warp have reached it. Which fiber runs next is the launch's order: as numbered,
// backwards, or shuffled anew each round by a seed, blocks too; under odd orders a warp goes as far as the next barrier before another starts. A
// kernel whose result depends on the order has a race.
//
// What is stricter here than on a device, on purpose:
//   - a barrier that some threads of the block never reach, and a collective that some lanes of the warp never reach, is an error;
//   - warp collectives are of the whole warp (mask 0xffffffff), so block sizes are multiples of 32 where they are used;
//   - static and dynamic shared memory holds NaN when a block starts.
// What is not modelled: memory order between threads without a barrier, occupancy, bank conflicts, clusters, contraction of a * b + c.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#define HOST_SHIM 1
#define __global__ __attribute__((visibility("default")))
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __align__(n) alignas(n)
// A section of its own, so that all static shared memory can be filled before a block starts. Shared arrays are therefore declared in
// kernels and never in templates.
#define __shared__ static __attribute__((section("cuda_shared")))
#define DYNAMIC_SHARED(type, name) type* name = reinterpret_cast<type*>(shim::dynamic_shared)

struct uint3 { unsigned x, y, z; };
struct dim3 { unsigned x, y, z; };
struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(8) int2 { int x, y; };
struct alignas(16) int4 { int x, y, z, w; };
struct alignas(8) uint2 { unsigned x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

namespace shim {
extern unsigned char* dynamic_shared;
extern uint3 thread_index, block_index;
extern dim3 block_size, grid_size;
void block_barrier();
/** Gives this lane's bytes to the warp and returns when all lanes have given theirs; the answer holds them, lane by lane, each in `stride` bytes. */
const unsigned char* warp_exchange(const void* value, unsigned size, const char* operation);
constexpr unsigned stride = 64;
[[noreturn]] void fail(const char* reason);
unsigned lane();

/** One value of every lane of the warp. */
template <class T> struct Lanes {
    const unsigned char* slots;
    T operator[](unsigned lane) const { T v; std::memcpy(&v, slots + lane * stride, sizeof(T)); return v; }
};
template <class T> Lanes<T> exchange(T value, const char* operation) {
    static_assert(sizeof(T) <= stride);
    return {warp_exchange(&value, sizeof(T), operation)};
}
inline void require_full(unsigned mask) {
    if (mask != 0xffffffffu) fail("a warp collective with a mask other than 0xffffffff");
}

// Launching by name: the signature of a kernel is unpacked from an array of pointers to its arguments, as the driver does it.
struct Kernel {
    const char* name;
    void (*call)(void* const* arguments);
    const char* kinds;  // a letter per parameter: p pointer, i int, l 64-bit integer, f float
    Kernel* next;
};
void add(Kernel* kernel);
template <class T> constexpr char kind() {
    if constexpr (std::is_pointer_v<T>) return 'p';
    else if constexpr (std::is_same_v<T, float>) return 'f';
    else if constexpr (std::is_integral_v<T> && sizeof(T) == 4) return 'i';
    else if constexpr (std::is_integral_v<T> && sizeof(T) == 8) return 'l';
    else return '?';
}
template <auto F> struct Entry;
template <class... A, void (*F)(A...)> struct Entry<F> {
    template <std::size_t... I> static void spread(void* const* p, std::index_sequence<I...>) { F(*static_cast<std::remove_cv_t<A>*>(p[I])...); }
    static void call(void* const* p) { spread(p, std::index_sequence_for<A...>{}); }
    static constexpr char kinds[] = {kind<A>()..., '\0'};
};
template <auto F> struct Register {
    Kernel kernel;
    explicit Register(const char* name) : kernel{name, &Entry<F>::call, Entry<F>::kinds, nullptr} { add(&kernel); }
};
}  // namespace shim

#define threadIdx shim::thread_index
#define blockIdx shim::block_index
#define blockDim shim::block_size
#define gridDim shim::grid_size
#define warpSize 32

inline void __syncthreads() { shim::block_barrier(); }
inline void __syncwarp(unsigned mask = 0xffffffffu) { shim::require_full(mask); shim::exchange(0, "__syncwarp"); }
inline void __threadfence() {}
inline void __threadfence_block() {}

template <class T> T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
    shim::require_full(mask);
    unsigned lane = shim::lane();
    return shim::exchange(value, "__shfl_sync")[(lane & ~(width - 1)) + (source & (width - 1))];
}
template <class T> T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
    shim::require_full(mask);
    unsigned lane = shim::lane(), base = lane & ~(width - 1);
    return shim::exchange(value, "__shfl_up_sync")[lane - base < delta ? lane : lane - delta];
}
template <class T> T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
    shim::require_full(mask);
    unsigned lane = shim::lane(), base = lane & ~(width - 1);
    return shim::exchange(value, "__shfl_down_sync")[lane - base + delta >= (unsigned) width ? lane : lane + delta];
}
template <class T> T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32) {
    shim::require_full(mask);
    unsigned lane = shim::lane(), other = lane ^ bits;
    return shim::exchange(value, "__shfl_xor_sync")[(other & ~(width - 1)) > (lane & ~(width - 1)) ? lane : other];
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
    shim::require_full(mask);
    auto all = shim::exchange(predicate, "__ballot_sync");
    unsigned bits = 0;
    for (unsigned i = 0; i < 32; i++) bits |= (all[i] != 0 ? 1u : 0u) << i;
    return bits;
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) == 0xffffffffu; }

template <class T> T atomicAdd(T* address, T value) { T old = *address; *address = old + value; return old; }
template <class T> T atomicMax(T* address, T value) { T old = *address; if (value > old) *address = value; return old; }
template <class T> T atomicExch(T* address, T value) { T old = *address; *address = value; return old; }
template <class T> T __ldg(const T* address) { return *address; }

inline float __expf(float x) { return std::exp(x); }
inline float __logf(float x) { return std::log(x); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fsqrt_rn(float x) { return std::sqrt(x); }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
inline double rsqrt(double x) { return 1.0 / std::sqrt(x); }
inline void sincospi(double x, double* s, double* c) {
    double r = std::remainder(x, 2.0) * 3.14159265358979323846;
    *s = std::sin(r);
    *c = std::cos(r);
}
inline void sincospif(float x, float* s, float* c) {
    double ds, dc;
    sincospi(x, &ds, &dc);
    *s = static_cast<float>(ds);
    *c = static_cast<float>(dc);
}
inline void __sincosf(float x, float* s, float* c) { *s = std::sin(x); *c = std::cos(x); }
inline float __int_as_float(int bits) { float v; std::memcpy(&v, &bits, 4); return v; }
inline int __float_as_int(float v) { int bits; std::memcpy(&bits, &v, 4); return bits; }
inline float __uint_as_float(unsigned bits) { float v; std::memcpy(&v, &bits, 4); return v; }
inline unsigned __float_as_uint(float v) { unsigned bits; std::memcpy(&bits, &v, 4); return bits; }
inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<unsigned>((static_cast<uint64_t>(a) * b) >> 32); }
inline unsigned __brev(unsigned x) {
    unsigned r = 0;
    for (int i = 0; i < 32; i++) r |= ((x >> i) & 1u) << (31 - i);
    return r;
}
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
inline int __ffs(int x) { return __builtin_ffs(x); }
template <class T, class U> constexpr auto min(T a, U b) { using C = std::common_type_t<T, U>; return C(a) < C(b) ? C(a) : C(b); }
template <class T, class U> constexpr auto max(T a, U b) { using C = std::common_type_t<T, U>; return C(a) > C(b) ? C(a) : C(b); }
