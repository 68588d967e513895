// The forward kernels of longconv_half.cu by length. On a machine with a GPU and nvcc, from the root of the repository:
//
//   nvcc -O3 -std=c++17 -gencode arch=compute_90a,code=sm_90a -I gpu-runtime/src/main/resources/kernels
//        ops/gpu/kernel-timing/long_convolution_half.cu -o /tmp/long_convolution_half && /tmp/long_convolution_half [MILLIS [N]]
//
// Prints for each N the microseconds of a convolution, of its kernels' spectra and of both in turn, what must pass through memory over the speed of
// a copy in the same run (the spectrum counted as float32, as in run-bench), and the largest error relative to the largest of the sampled results. A timing is of as many runs as take MILLIS (8).
#include "convolution.cuh"

#include "longconv_half.cu"

/** As HalfConvolution.java. */
struct Plan {
    int first, inner, third, pieces, rows, warps, blocks;

    int n() const { return first * inner * third; }
    int shared() const {
        int words = inner == 1 ? 2 * first * first + 2 * third * third + 2 * n() + warps * rows * n()
                               : 2 * std::max(first * first, 256) + 3 * 256 + first * 96 + 2 * rows * n();
        return words * 4;
    }
};

template <class Forward, class Spectrum>
void measure(const Run& run, Plan plan, const char* kind, Forward forward, Spectrum spectrum, Cutting cut, bool bfloat16) {
    if (!run.wants(plan.n() * plan.pieces)) return;
    Convolution o(plan.n() * plan.pieces);
    float* scales;
    REQUIRE(cudaMalloc(&scales, o.channels * sizeof(float)));
    int multiprocessors, along = plan.pieces > 1 ? plan.pieces : cut.along;
    REQUIRE(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, 0));
    allow(forward, plan.shared());
    allow(spectrum, cut.shared(1, along));
    unsigned* words = reinterpret_cast<unsigned*>(o.spectrum);
    int pieces = o.channels * plan.pieces;
    auto transform = [&] {
        spectrum<<<(pieces + along - 1) / along, dim3(cut.lanes(), along), cut.shared(1, along)>>>(o.k, o.n, o.n, nullptr, 0, 0, 0, nullptr, words,
                scales, nullptr, 1, o.channels, plan.pieces, bfloat16);
    };
    auto convolve = [&] {
        forward<<<multiprocessors * plan.blocks, plan.warps * 32, plan.shared()>>>(o.u, nullptr, words, scales, nullptr, nullptr, o.y, o.channels,
                o.channels, o.batch, o.n, 1, 0, 0);
    };
    run.print(o, kind, transform, convolve);
    cudaFree(scales);
}

int main(int count, char** arguments) {
    Run run(count, arguments);
#define MEASURE(n, plan, cut, spectrum)                                                                                               \
    measure(run, plan, plan.pieces > 1 ? " in halves, float16" : ", float16", long_convolution_float16_##n, long_convolution_half_spectrum_##spectrum, cut, false);             \
    measure(run, plan, plan.pieces > 1 ? " in halves, bfloat16" : ", bfloat16", long_convolution_bfloat16_##n, long_convolution_half_spectrum_##spectrum, cut, true)
    MEASURE(256, (Plan{16, 1, 16, 1, 2, 8, 2}), (Cutting{256, 16, 16, 1, 8}), 256);
    MEASURE(512, (Plan{32, 1, 16, 1, 1, 8, 2}), (Cutting{512, 32, 32, 1, 4}), 512);
    MEASURE(1024, (Plan{32, 1, 32, 1, 1, 4, 3}), (Cutting{1024, 32, 32, 1, 4}), 1024);
    MEASURE(2048, (Plan{8, 16, 16, 1, 2, 4, 4}), (Cutting{2048, 16, 16, 2, 1}), 2048);
    MEASURE(4096, (Plan{16, 16, 16, 1, 2, 8, 2}), (Cutting{4096, 16, 16, 2, 1}), 4096);
    MEASURE(halves_of_8192, (Plan{16, 16, 16, 2, 2, 8, 2}), (Cutting{4096, 16, 16, 2, 1}), 4096);
    MEASURE(halves_of_16384, (Plan{32, 16, 16, 2, 2, 16, 1}), (Cutting{8192, 32, 16, 1, 1}), 8192);
    MEASURE(8192, (Plan{32, 16, 16, 1, 3, 12, 1}), (Cutting{8192, 32, 16, 1, 1}), 8192);  // as kernels with a future have them
    MEASURE(16384, (Plan{64, 16, 16, 1, 1, 12, 1}), (Cutting{16384, 32, 32, 1, 1}), 16384);
}
