// The forward kernels of longconv.cu by length. On a machine with a GPU and nvcc, from the root of the repository:
//
//   nvcc -O3 -std=c++17 -gencode arch=compute_90a,code=sm_90a -I gpu-runtime/src/main/resources/kernels
//        ops/gpu/kernel-timing/long_convolution.cu -o /tmp/long_convolution && /tmp/long_convolution
//
// Prints for each N the microseconds of a convolution, of its kernels' spectra and of both in turn, what must pass through memory over the speed of
// a copy in the same run, and the largest error relative to the largest of the sampled results.
#include <type_traits>

#include "timing.cuh"

#include "longconv.cu"

/** As FixedRows.java. */
struct Cutting {
    int n, points, last, rows, along;

    int lanes() const { return n / points; }
    int shared(int rows_of_thread) const {
        int turns = 2 * lanes() + (n > 1024 ? 16 + lanes() / 16 : 0);
        return 16 * turns + along * (n + n / last) * rows_of_thread * 8;
    }
};

struct Convolution {
    int n, batch, channels;
    float *u, *k, *y, *spectrum;

    Convolution(int n, int batch, int channels) : n(n), batch(batch), channels(channels) {
        size_t size = static_cast<size_t>(n) * batch * channels, taps = static_cast<size_t>(n) * channels;
        u = random_floats(size, 1, 1.0f);
        k = random_floats(taps, 2, 1.0f / n);
        y = random_floats(size, 3, 1.0f);
        spectrum = random_floats(2 * taps, 4, 1.0f);
    }
    ~Convolution() {
        for (float* memory : {u, k, y, spectrum}) cudaFree(memory);
    }

    double error() const {
        double worst = 0, largest = 0;
        std::vector<float> hu(n), hk(n), hy(n);
        for (int sample = 0; sample < 6; sample++) {
            int h = sample * (channels - 1) / 5, b = sample * (batch - 1) / 5;
            size_t row = (static_cast<size_t>(h) * batch + b) * n;
            REQUIRE(cudaMemcpy(hu.data(), u + row, n * sizeof(float), cudaMemcpyDeviceToHost));
            REQUIRE(cudaMemcpy(hy.data(), y + row, n * sizeof(float), cudaMemcpyDeviceToHost));
            REQUIRE(cudaMemcpy(hk.data(), k + static_cast<size_t>(h) * n, n * sizeof(float), cudaMemcpyDeviceToHost));
            for (int t = n - 1; t >= 0; t -= n / 97) {
                double sum = 0;
                for (int i = 0; i <= t; i++) sum += static_cast<double>(hk[i]) * hu[t - i];
                worst = std::max(worst, std::isnan(hy[t]) ? HUGE_VAL : std::abs(sum - hy[t]));
                largest = std::max(largest, std::abs(sum));
            }
        }
        return worst / largest;
    }
};

using HalvesSpectrum = decltype(&long_convolution_spectrum_halves_of_512);

/** Rows of n numbers, or with a spectrum of halves of 2n. */
template <class Forward, class Spectrum>
void measure(double speed, Cutting cut, int slices, Forward forward, Spectrum spectrum) {
    constexpr bool halves = std::is_same<Spectrum, HalvesSpectrum>::value;
    Convolution o(halves ? 2 * cut.n : cut.n, cut.n > 8192 ? 32 : 64, 768);
    allow(forward, cut.shared(cut.rows));
    allow(spectrum, cut.shared(halves ? 2 : 1));
    auto transform = [&] {
        dim3 blocks((o.channels + cut.along - 1) / cut.along), threads(cut.lanes(), cut.along);
        float2* to = reinterpret_cast<float2*>(o.spectrum);
        if constexpr (halves) {
            spectrum<<<blocks, threads, cut.shared(2)>>>(o.k, o.n, o.n, 0, nullptr, to, o.channels);
        } else {
            spectrum<<<blocks, threads, cut.shared(1)>>>(o.k, o.n, o.n, nullptr, 0, 0, 0, nullptr, to, o.channels);
        }
    };
    auto convolve = [&] {
        forward<<<o.channels * slices, dim3(cut.lanes(), cut.along), cut.shared(cut.rows)>>>(o.u, nullptr,
                reinterpret_cast<float2*>(o.spectrum), nullptr, nullptr, o.y, o.channels, o.batch, o.n, 1, 0, o.n, 1, slices, 0);
    };
    transform();
    convolve();
    REQUIRE(cudaDeviceSynchronize());
    double error = o.error(), floor = (8.0 * o.batch + 20.0) * o.channels * o.n / speed;
    double convolving = microseconds(convolve), transforming = microseconds(transform), both = microseconds([&] {
        transform();
        convolve();
    });
    std::printf("| %d%s | %d x %d | %.1f | %.1f | %.1f | %.1f | %.2f | %.1e |\n", o.n, halves ? " in halves" : "", o.batch, o.channels,
            convolving, transforming, both, floor, both / floor, error);
}

int main() {
    cudaDeviceProp device;
    int driver;
    REQUIRE(cudaGetDeviceProperties(&device, 0));
    REQUIRE(cudaDriverGetVersion(&driver));
    double speed = copy_speed();
    std::printf("%s, driver for CUDA %d.%d, copy %.0f GB/s (read and write counted)\n", device.name, driver / 1000, driver % 1000 / 10,
            speed / 1e3);
    std::printf("| N | batch x channels | convolution, us | spectra, us | both, us | floor, us | both / floor | error |\n"
                "|---|---|---|---|---|---|---|---|\n");
    measure(speed, {256, 16, 16, 1, 8}, 4, long_convolution_forward_256, long_convolution_spectrum_256);
    measure(speed, {512, 32, 32, 1, 4}, 8, long_convolution_forward_512, long_convolution_spectrum_512);
    measure(speed, {1024, 32, 32, 1, 4}, 8, long_convolution_forward_1024, long_convolution_spectrum_1024);
    measure(speed, {2048, 16, 16, 2, 1}, 16, long_convolution_forward_2048, long_convolution_spectrum_2048);
    measure(speed, {4096, 16, 16, 2, 1}, 8, long_convolution_forward_4096, long_convolution_spectrum_4096);
    measure(speed, {8192, 32, 16, 1, 1}, 8, long_convolution_forward_8192, long_convolution_spectrum_8192);
    measure(speed, {16384, 32, 32, 1, 1}, 8, long_convolution_forward_16384, long_convolution_spectrum_16384);
    measure(speed, {256, 16, 16, 2, 8}, 4, long_convolution_forward_halves_of_512, long_convolution_spectrum_halves_of_512);
    measure(speed, {2048, 16, 16, 2, 1}, 16, long_convolution_forward_halves_of_4096, long_convolution_spectrum_halves_of_4096);
    measure(speed, {4096, 16, 16, 2, 1}, 8, long_convolution_forward_halves_of_8192, long_convolution_spectrum_halves_of_8192);
}
