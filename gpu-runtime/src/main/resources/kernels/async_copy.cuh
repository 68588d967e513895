// Copies from global to shared memory that run beside the threads that asked for them.
#pragma once

#include "longwave.cuh"

#ifdef HOST_SHIM

inline void copy_ahead(float4* shared, const float* global, bool there) {
    if (there) std::memcpy(shared, global, sizeof(float4));
    else std::memset(shared, 0, sizeof(float4));
}
inline void await_copies() {}

#else

/** Sixteen bytes, aligned on both sides; zeros where there are none, and nothing is read then: without a branch for each copy. */
__device__ __forceinline__ void copy_ahead(float4* shared, const float* global, bool there) {
    unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" : : "r"(to), "l"(global), "r"(there ? 16 : 0) : "memory");
}
/** Waits for what this thread has asked for; other threads' copies need a barrier after it. */
__device__ __forceinline__ void await_copies() { asm volatile("cp.async.wait_all;" : : : "memory"); }

#endif
