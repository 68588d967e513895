// The forward kernels of longconv.cu by length. On a machine with a GPU and nvcc, from the root of the repository:
//
//   nvcc -O3 -std=c++17 -gencode arch=compute_90a,code=sm_90a -I gpu-runtime/src/main/resources/kernels
//        ops/gpu/kernel-timing/long_convolution.cu -o /tmp/long_convolution && /tmp/long_convolution [MILLIS [N]]
//
// Prints for each N the microseconds of a convolution, of its kernels' spectra and of both in turn, what must pass through memory over the speed of
// a copy in the same run, and the largest error relative to the largest of the sampled results. A timing is of as many runs as take MILLIS (8).
#include <type_traits>

#include "convolution.cuh"

#include "longconv.cu"

using HalvesSpectrum = decltype(&long_convolution_spectrum_halves_of_512);

/** Rows of n numbers, or with a spectrum of halves of 2n. */
template <class Forward, class Spectrum>
void measure(const Run& run, Cutting cut, int slices, Forward forward, Spectrum spectrum) {
    constexpr bool halves = std::is_same<Spectrum, HalvesSpectrum>::value;
    int n = halves ? 2 * cut.n : cut.n;
    if (!run.wants(n)) return;
    Convolution o(n);
    allow(forward, cut.shared(cut.rows, cut.along));
    allow(spectrum, cut.shared(halves ? 2 : 1, cut.along));
    float2* to = reinterpret_cast<float2*>(o.spectrum);
    auto transform = [&] {
        dim3 blocks((o.channels + cut.along - 1) / cut.along), threads(cut.lanes(), cut.along);
        if constexpr (halves) {
            spectrum<<<blocks, threads, cut.shared(2, cut.along)>>>(o.k, o.n, o.n, 0, nullptr, to, o.channels);
        } else {
            spectrum<<<blocks, threads, cut.shared(1, cut.along)>>>(o.k, o.n, o.n, nullptr, 0, 0, 0, nullptr, to, o.channels);
        }
    };
    auto convolve = [&] {
        forward<<<o.channels * slices, dim3(cut.lanes(), cut.along), cut.shared(cut.rows, cut.along)>>>(o.u, nullptr, to, nullptr, nullptr, o.y,
                o.channels, o.batch, o.n, 1, 0, o.n, 1, slices, 0);
    };
    run.print(o, halves ? " in halves" : "", transform, convolve);
}

int main(int count, char** arguments) {
    Run run(count, arguments);
    measure(run, {256, 16, 16, 1, 8}, 4, long_convolution_forward_256, long_convolution_spectrum_256);
    measure(run, {512, 32, 32, 1, 4}, 8, long_convolution_forward_512, long_convolution_spectrum_512);
    measure(run, {1024, 32, 32, 1, 4}, 8, long_convolution_forward_1024, long_convolution_spectrum_1024);
    measure(run, {2048, 16, 16, 2, 1}, 16, long_convolution_forward_2048, long_convolution_spectrum_2048);
    measure(run, {4096, 16, 16, 2, 1}, 8, long_convolution_forward_4096, long_convolution_spectrum_4096);
    measure(run, {8192, 32, 16, 1, 1}, 8, long_convolution_forward_8192, long_convolution_spectrum_8192);
    measure(run, {16384, 32, 32, 1, 1}, 8, long_convolution_forward_16384, long_convolution_spectrum_16384);
    measure(run, {256, 16, 16, 2, 8}, 4, long_convolution_forward_halves_of_512, long_convolution_spectrum_halves_of_512);
    measure(run, {2048, 16, 16, 2, 1}, 16, long_convolution_forward_halves_of_4096, long_convolution_spectrum_halves_of_4096);
    measure(run, {4096, 16, 16, 2, 1}, 8, long_convolution_forward_halves_of_8192, long_convolution_spectrum_halves_of_8192);
}
