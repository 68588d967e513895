package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;

/**
 * Convolutions by the way that fits: few taps sum by sum, others by transforms, in 16 bits where that is asked for.
 *
 * @param directTaps the most that go sum by sum: 2 operations a tap against 10 log2 N + 6 of a transform there and back, both behind 8 bytes of
 *        memory for each number
 */
record RowConvolution(Launcher launcher, DirectConvolution direct, SpectralConvolution spectral, HalfConvolution half,
        int directTaps) {
    static final int DIRECT_TAPS = 48;

    private boolean isDirect(ConvolutionTerms o) {
        return o.back() == null && o.usedTaps() >= 1 && o.usedTaps() <= directTaps;
    }

    /** y (+)= output gate · (convolution + skip). */
    void forward(ConvolutionTerms o, DeviceMemory y, boolean accumulate) {
        if (o.isEmpty()) {
            return;
        }
        if (isDirect(o)) {
            try (RegularTerms regular = new RegularTerms(launcher, o)) {
                direct.forward(regular.terms(), y, accumulate);
            }
        } else if (half.takesForward(o)) {
            half.forward(o, y, accumulate);
        } else {
            spectral.forward(o, y, accumulate);
        }
    }

    /** du (+)= ..., dGate += .... */
    void inputGradient(ConvolutionTerms o, DeviceMemory dy, @Nullable DeviceMemory du, @Nullable DeviceMemory dGate, boolean accumulate) {
        if (o.isEmpty()) {
            return;
        }
        if (isDirect(o)) {
            try (RegularTerms regular = new RegularTerms(launcher, o)) {
                direct.inputGradient(regular.terms(), dy, du, dGate, accumulate);
            }
        } else if (half.takesInputGradient(o) && du != null && dGate == null) {
            half.inputGradient(o, dy, du, accumulate);
        } else {
            spectral.inputGradient(o, dy, du, dGate, accumulate);
        }
    }

    /** dk (+)= ... by taps as they are convolved, and the same for the kernel of the future. Taps that reach nothing get no gradient. */
    void kernelGradient(ConvolutionTerms o, DeviceMemory dy, @Nullable DeviceMemory dk, @Nullable DeviceMemory dBack, boolean accumulate) {
        if (!accumulate && dk != null && (o.isEmpty() || o.taps() > o.usedTaps())) {
            launcher.device().clear(dk);
        }
        if (o.isEmpty()) {
            return;
        }
        if (isDirect(o) && dk != null) {
            direct.kernelGradient(o, dy, dk, accumulate);
        } else {
            spectral.kernelGradient(o, dy, dk, dBack, accumulate);
        }
    }

    /** One piece of a stream; tail [H, B, K − 1]. */
    void proceed(ConvolutionTerms o, DeviceMemory tail, DeviceMemory y) {
        if (!o.isEmpty()) {
            try (RegularTerms regular = new RegularTerms(launcher, o)) {
                spectral.proceed(regular.terms(), tail, y);
            }
        }
    }
}
