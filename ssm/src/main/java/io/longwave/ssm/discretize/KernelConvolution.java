package io.longwave.ssm.discretize;

import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/** What every family with a kernel does with it: y = K * u + D u. */
public final class KernelConvolution {
    private KernelConvolution() {}

    /**
     * @param u [H, B, L]
     * @param kernel [H, taps], or [2 H, taps] where the second half looks into the future
     * @param skip D, [H]
     * @return [H, B, L]
     */
    public static Variable record(Tape tape, Variable u, Variable kernel, Variable skip) {
        int channels = u.dim(0);
        int taps = kernel.dim(1);
        if (kernel.dim(0) == channels) {
            return tape.longConvolution(u, kernel, null, skip);
        }
        Variable flat = kernel.view(1, 2 * channels * taps);
        Variable past = tape.slice(flat, 0, channels * taps).view(channels, taps);
        Variable future = tape.slice(flat, channels * taps, channels * taps).view(channels, taps);
        return tape.longConvolution(u, past, future, skip);
    }
}
