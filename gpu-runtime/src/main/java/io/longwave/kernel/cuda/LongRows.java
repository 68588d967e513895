package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;

/** Three passes. */
final class LongRows {
    LongRows(Launcher launcher, int largest) {}

    void forward(ConvolutionTerms o, int n, DeviceMemory y, boolean accumulate) {
        throw new UnsupportedOperationException("long rows");
    }

    void whole(ConvolutionTerms o, int n, DeviceMemory c) {
        throw new UnsupportedOperationException("long rows");
    }

    void inputGradient(ConvolutionTerms o, int n, DeviceMemory dy, @Nullable DeviceMemory du, @Nullable DeviceMemory dGate,
            boolean accumulate) {
        throw new UnsupportedOperationException("long rows");
    }

    void kernelGradient(ConvolutionTerms o, int n, DeviceMemory dy, @Nullable DeviceMemory dk, @Nullable DeviceMemory dBack,
            boolean accumulate) {
        throw new UnsupportedOperationException("long rows");
    }
}
