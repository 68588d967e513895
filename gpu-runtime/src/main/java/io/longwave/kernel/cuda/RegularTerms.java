package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;

/** Terms with their taps regularised in memory, for the ways of convolving that do not do so as they load them. */
final class RegularTerms implements AutoCloseable {
    private final ConvolutionTerms terms;
    private final @Nullable DeviceMemory kernel;
    private final @Nullable DeviceMemory back;

    RegularTerms(Launcher launcher, ConvolutionTerms o) {
        this.kernel = o.isRegularized() ? regular(launcher, o, o.kernel(), o.taps()) : null;
        this.back = o.isRegularized() ? regular(launcher, o, o.back(), o.backTaps()) : null;
        this.terms = o.isRegularized() ? o.withRegularTaps(kernel, back) : o;
    }

    private static @Nullable DeviceMemory regular(Launcher launcher, ConvolutionTerms o, @Nullable DeviceMemory rows, int taps) {
        if (rows == null) {
            return null;
        }
        long size = (long) o.rows() * taps;
        DeviceMemory out = launcher.scratch(size);
        launcher.launchOver(size, "tap_regularization_forward", rows, out, o.rows(), taps, o.halfWidth(), o.threshold());
        return out;
    }

    ConvolutionTerms terms() {
        return terms;
    }

    @Override
    public void close() {
        if (kernel != null) {
            kernel.close();
        }
        if (back != null) {
            back.close();
        }
    }
}
