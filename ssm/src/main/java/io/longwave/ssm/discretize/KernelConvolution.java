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
        Variable y = tape.convolution(u, kernel, u.dim(0));
        tape.addScaled(u, skip, y);
        return y;
    }
}
