package io.longwave.ssm.discretize;

import java.util.function.Consumer;

import io.longwave.kernel.DiagonalKernel;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.SoftmaxKernel;
import io.longwave.ssm.discretize.RawModes.Layout;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.ParameterSet.Group;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** The tensors of {@link RawModes} in a parameter set, and kernels made of them on a tape. Everything before the kernel is in float64. */
public final class ModeParameters {
    /** Learning rate 0.001 where the others have 0.01, and no decay. */
    public static final Group SLOW = new Group(0.1, false);

    private final Layout layout;
    private final Variable invDt;
    private final Variable aReal;
    private final Variable aImag;
    private final Variable b;
    private final Variable c;

    private ModeParameters(Layout layout, Variable invDt, Variable aReal, Variable aImag, Variable b, Variable c) {
        this.layout = layout;
        this.invDt = invDt;
        this.aReal = aReal;
        this.aImag = aImag;
        this.b = b;
        this.c = c;
    }

    /** Registers the tensors as {@code prefix + inv_dt}, {@code A_real}, {@code A_imag}, {@code B} and {@code C}. */
    public static ModeParameters register(ParameterSet parameters, String prefix, RawModes initial) {
        Layout layout = initial.layout();
        int steps = layout.stepPerMode() ? layout.modes() : 1;
        int copies = layout.copies();
        int n = layout.modes();
        return new ModeParameters(layout, parameters.trained(prefix + "inv_dt", SLOW, initial.invDt(), layout.channels(), steps),
                parameters.trained(prefix + "A_real", SLOW, initial.aReal(), copies, n),
                parameters.trained(prefix + "A_imag", SLOW, initial.aImag(), copies, n),
                parameters.trained(prefix + "B", SLOW, initial.b(), 1, copies, n, 2),
                parameters.trained(prefix + "C", initial.c(), layout.heads(), layout.channels(), n, 2));
    }

    /** The present numbers. */
    public RawModes read(Kernels kernels) {
        return new RawModes(layout, kernels.toDoubles(invDt.value()), kernels.toDoubles(aReal.value()), kernels.toDoubles(aImag.value()),
                kernels.toDoubles(b.value()), kernels.toDoubles(c.value()));
    }

    /** Replaces C, [heads, H, n, 2]. */
    public void setC(Kernels kernels, double[] values) {
        kernels.upload(values, c.value());
    }

    /** Sizes and transforms, for kernels that take the trained numbers. */
    public DiagonalKernel.Form form(Discretization discretization) {
        return layout.form(discretization);
    }

    /** The trained numbers, for the same. */
    public DiagonalKernel.Numbers numbers() {
        return new DiagonalKernel.Numbers(invDt.value(), aReal.value(), aImag.value(), b.value(), c.value());
    }

    /** Where their gradients are added. */
    public DiagonalKernel.Numbers gradientsToAddTo() {
        return new DiagonalKernel.Numbers(invDt.gradientToAddTo(), aReal.gradientToAddTo(), aImag.gradientToAddTo(),
                b.gradientToAddTo(), c.gradientToAddTo());
    }

    /** Kernels 2 Re Σ C dB dA^l, [heads · H, length]. */
    public Variable kernel(Tape tape, Discretization discretization, int length) {
        DiagonalKernel kernels = tape.kernels().diagonalKernel();
        DiagonalKernel.Form form = form(discretization);
        DiagonalKernel.Numbers numbers = numbers();
        return record(tape, length, kernel -> kernels.forward(form, numbers, kernel),
                gradient -> kernels.backward(form, numbers, gradient, gradientsToAddTo()));
    }

    /** Kernels whose modes are normalised over the length, [heads · H, length]. @param epsilon as in {@link SoftmaxKernel} */
    public Variable softmaxKernel(Tape tape, double epsilon, int length) {
        SoftmaxKernel kernels = tape.kernels().softmaxKernel();
        DiagonalKernel.Form form = form(Discretization.ZERO_ORDER_HOLD);
        DiagonalKernel.Numbers numbers = numbers();
        return record(tape, length, kernel -> kernels.forward(form, numbers, epsilon, kernel),
                gradient -> kernels.backward(form, numbers, epsilon, gradient, gradientsToAddTo()));
    }

    private Variable record(Tape tape, int length, Consumer<Tensor> forward, Consumer<Tensor> backward) {
        Variable out = tape.variable(layout.heads() * layout.channels(), length);
        tape.record(() -> forward.accept(out.value()), () -> {
            if (out.reached()) {
                backward.accept(out.gradient());
            }
        });
        return out;
    }
}
