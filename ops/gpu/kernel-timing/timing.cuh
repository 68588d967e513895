// Times CUDA kernels of the repository alone, without a JVM: random data, events, sums in double to check against.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

#define REQUIRE(call)                                                                                     \
    do {                                                                                                  \
        cudaError_t status = (call);                                                                      \
        if (status != cudaSuccess) {                                                                      \
            std::printf("%s at %s:%d\n", cudaGetErrorString(status), __FILE__, __LINE__);                 \
            std::exit(1);                                                                                 \
        }                                                                                                 \
    } while (0)

/** Numbers between -scale and scale. */
__global__ void fill_random(float* x, size_t size, unsigned seed, float scale) {
    for (size_t i = blockIdx.x * static_cast<size_t>(blockDim.x) + threadIdx.x; i < size; i += static_cast<size_t>(gridDim.x) * blockDim.x) {
        unsigned bits = static_cast<unsigned>(i) * 2654435761u + seed;
        bits = (bits ^ bits >> 16) * 0x85ebca6bu;
        bits = (bits ^ bits >> 13) * 0xc2b2ae35u;
        x[i] = scale * (static_cast<float>(bits ^ bits >> 16) / 2147483648.0f - 1.0f);
    }
}

inline float* random_floats(size_t size, unsigned seed, float scale) {
    float* x;
    REQUIRE(cudaMalloc(&x, size * sizeof(float)));
    fill_random<<<1024, 256>>>(x, size, seed, scale);
    return x;
}

/** Microseconds of a run: the median of nine timings of as many runs in a row as take about `millis`. */
template <class Run> double microseconds(Run run, double millis = 8) {
    cudaEvent_t begin, end;
    REQUIRE(cudaEventCreate(&begin));
    REQUIRE(cudaEventCreate(&end));
    auto timed = [&](int runs) {
        float elapsed;
        REQUIRE(cudaEventRecord(begin));
        for (int i = 0; i < runs; i++) run();
        REQUIRE(cudaEventRecord(end));
        REQUIRE(cudaEventSynchronize(end));
        REQUIRE(cudaGetLastError());
        REQUIRE(cudaEventElapsedTime(&elapsed, begin, end));
        return elapsed * 1e3 / runs;
    };
    timed(1);
    int runs = std::max(1, static_cast<int>(millis * 1e3 / timed(2)));
    std::vector<double> times(9);
    for (double& time : times) time = timed(runs);
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

/** Bytes read and written in a microsecond. */
inline double copy_speed() {
    size_t size = size_t{1} << 30;
    char *from, *to;
    REQUIRE(cudaMalloc(&from, size));
    REQUIRE(cudaMalloc(&to, size));
    double time = microseconds([&] { REQUIRE(cudaMemcpyAsync(to, from, size, cudaMemcpyDeviceToDevice)); });
    REQUIRE(cudaFree(from));
    REQUIRE(cudaFree(to));
    return 2.0 * size / time;
}

/** Allows a kernel that much dynamic shared memory. */
template <class Kernel> void allow(Kernel kernel, int bytes) {
    REQUIRE(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
}
