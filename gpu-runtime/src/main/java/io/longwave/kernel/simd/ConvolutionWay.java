package io.longwave.kernel.simd;

import io.longwave.kernel.CausalConvolution.Extent;

/** How a causal convolution is computed. */
enum ConvolutionWay {
    DIRECT, GEMM, SPECTRAL;

    /** Rows that fill a tile of the product; with fewer the product waits for loads. */
    private static final int FULL_TILE = 6;

    /**
     * The one with the least estimated time. In nanoseconds per number of the result on one core, as measured with AVX-512 (numbers in
     * {@code ops/bench/BENCHMARKS.md}): direct 0.2 + 0.033 a tap; product 1 + 0.018 a tap within the row, 0.045 where the batch does not
     * fill its tiles; transforms 0.2 + 2.1 for each number of theirs there and back, 1.1 for the spectrum of the kernel.
     */
    static ConvolutionWay fastest(Extent x, int taps, int perRow) {
        double length = Math.max(1, x.length());
        int used = Math.min(taps, x.length());
        double meanTaps = used - used * (double) used / (2 * length);
        int rows = perRow == 1 && x.variates() < x.channels() ? x.channels() / x.variates() : x.batch();
        double direct = 0.2 + 0.033 * used * Math.ceil(length / 64) * 64 / length;
        double gemm = 1 + (rows >= FULL_TILE ? 0.018 : 0.045) * meanTaps;
        int size = SpectralRows.transformSize(x.length(), used);
        double transformed = Math.ceil(length / size) * size / length;
        double spectral = 0.2 + 2.1 * transformed + 1.1 * size / length / Math.max(1, x.batch() * perRow);
        if (direct <= Math.min(gemm, spectral)) {
            return DIRECT;
        }
        return gemm <= spectral ? GEMM : SPECTRAL;
    }
}
