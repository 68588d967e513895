// What the programs here share that time long convolutions: their rows, how rows are cut, and the table.
#pragma once

#include "timing.cuh"

/** As FixedRows.java. */
struct Cutting {
    int n, points, last, rows, along;

    int lanes() const { return n / points; }
    int shared(int rows_of_thread, int of_block) const {
        int turns = 2 * lanes() + (n > 1024 ? 16 + lanes() / 16 : 0);
        return 16 * turns + of_block * (n + n / last) * rows_of_thread * 8;
    }
};

struct Convolution {
    int n, batch, channels = 768;
    float *u, *k, *y, *spectrum;

    explicit Convolution(int n) : n(n), batch(n > 8192 ? 32 : 64) {
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

/** What is asked for, and the table. */
struct Run {
    double millis, speed;
    int only;

    Run(int count, char** arguments) : millis(count > 1 ? std::atof(arguments[1]) : 8), only(count > 2 ? std::atoi(arguments[2]) : 0) {
        cudaDeviceProp device;
        int driver;
        REQUIRE(cudaGetDeviceProperties(&device, 0));
        REQUIRE(cudaDriverGetVersion(&driver));
        speed = copy_speed();
        std::printf("%s, driver for CUDA %d.%d, copy %.0f GB/s (read and write counted)\n", device.name, driver / 1000, driver % 1000 / 10,
                speed / 1e3);
        std::printf("| N | batch x channels | convolution, us | spectra, us | both, us | floor, us | both / floor | error |\n"
                    "|---|---|---|---|---|---|---|---|\n");
    }

    bool wants(int n) const { return only == 0 || only == n; }

    template <class Transform, class Convolve>
    void print(const Convolution& o, const char* kind, Transform transform, Convolve convolve) const {
        transform();
        convolve();
        REQUIRE(cudaDeviceSynchronize());
        double error = o.error(), floor = (8.0 * o.batch + 20.0) * o.channels * o.n / speed;
        double convolving = microseconds(convolve, millis), transforming = microseconds(transform, millis), both = microseconds([&] {
            transform();
            convolve();
        }, millis);
        std::printf("| %d%s | %d x %d | %.1f | %.1f | %.1f | %.1f | %.2f | %.1e |\n", o.n, kind, o.batch, o.channels, convolving, transforming,
                both, floor, both / floor, error);
    }
};
