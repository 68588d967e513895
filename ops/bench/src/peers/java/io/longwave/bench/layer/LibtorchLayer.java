package io.longwave.bench.layer;

import java.util.ArrayList;
import java.util.List;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

/**
 * The same layer written with the operators of libtorch and its automatic differentiation, as one writes it without kernels of one's own:
 * Vandermonde and Cauchy matrices as complex tensors, convolution by real transforms of twice the length.
 */
final class LibtorchLayer implements LayerStep {
    private final NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
    private final boolean lowRank;
    private final int channels;
    private final int batch;
    private final int length;
    private final NDArray invDt;
    private final NDArray aReal;
    private final NDArray aImag;
    private final NDArray b;
    private final NDArray c;
    private final List<NDArray> p = new ArrayList<>();
    private final NDArray skip;
    private final NDArray u; // [H, B, L]
    private final NDArray outputGradient;
    private final NDArray positions;
    private final NDArray one;
    private final NDArray imaginary;
    private final NDArray nodes;
    private final NDArray factor;
    private float[] output = {};

    /**
     * @param same the layer whose weights are taken over
     * @param lowRank S4 rather than S4D
     */
    LibtorchLayer(LongwaveLayer same, boolean lowRank) {
        this.lowRank = lowRank;
        this.channels = same.sizes().channels();
        this.batch = same.sizes().batch();
        this.length = same.sizes().length();
        int n = same.shape("C")[2];
        this.invDt = trained(same.weight("inv_dt"), channels, 1);
        this.aReal = trained(same.weight("A_real"), 1, n);
        this.aImag = trained(same.weight("A_imag"), 1, n);
        this.b = trained(same.weight("B"), 1, n, 2);
        this.c = trained(same.weight("C"), channels, n, 2);
        if (lowRank) {
            p.add(trained(same.weight("P"), 1, n, 2));
        }
        this.skip = trained(same.weight("D"), channels, 1, 1);
        this.u = trained(same.input(), channels, batch, length);
        this.outputGradient = manager.create(same.outputGradient(), new Shape(channels, batch, length));
        float[] steps = new float[length];
        for (int l = 0; l < length; l++) {
            steps[l] = l;
        }
        this.positions = manager.create(steps);
        this.one = manager.create(new float[]{1, 0}, new Shape(1, 2)).complex();
        this.imaginary = manager.create(new float[]{0, 1}, new Shape(1, 2)).complex();
        int frequencies = length / 2 + 1;
        float[] z = new float[2 * frequencies];
        float[] weight = new float[2 * frequencies];
        for (int k = 0; k < frequencies; k++) { // 2 (1 − ω) / (1 + ω) = 2i tan, 2 / (1 + ω) = 1 + i tan; at the end a very large one
            double tan = Math.tan(Math.PI * k / length);
            z[2 * k + 1] = (float) (2 * tan);
            weight[2 * k] = 1;
            weight[2 * k + 1] = (float) tan;
        }
        this.nodes = manager.create(z, new Shape(1, 1, frequencies, 2)).complex();
        this.factor = manager.create(weight, new Shape(1, frequencies, 2)).complex();
    }

    private NDArray trained(float[] values, long... dims) {
        NDArray array = manager.create(values, new Shape(dims));
        array.setRequiresGradient(true);
        return array;
    }

    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public void step() {
        try (NDScope _ = new NDScope(); GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray dt = invDt.exp().add(1).log();
            NDArray a = complex(aReal.exp().neg(), aImag.neg());
            NDArray kernel = lowRank ? lowRankKernel(a, dt) : diagonalKernel(a, dt);
            NDArray spectrum = kernel.rfft(2L * length, -1).expandDims(1);
            NDArray y = u.rfft(2L * length, -1).mul(spectrum).irfft(2L * length, -1).get(new NDIndex("..., :" + length))
                    .add(u.mul(skip));
            collector.backward(y.mul(outputGradient).sum());
            output = y.toFloatArray();
        }
    }

    /** re + i im; viewing pairs as complex numbers has no derivative in this version. */
    private NDArray complex(NDArray re, NDArray im) {
        return im.mul(imaginary).add(re);
    }

    private NDArray complex(NDArray pairs) {
        return complex(pairs.get(new NDIndex("..., 0")), pairs.get(new NDIndex("..., 1")));
    }

    private static NDArray realPart(NDArray complex) {
        return complex.real().get(new NDIndex("..., 0"));
    }

    /** 2 Re Σ C B (exp(dt A) − 1) / A exp(dt A l). */
    private NDArray diagonalKernel(NDArray a, NDArray dt) {
        NDArray dtA = a.mul(dt);
        NDArray weight = complex(c).mul(complex(b)).mul(dtA.exp().sub(one)).div(a);
        NDArray powers = dtA.expandDims(-1).mul(positions).exp();
        return realPart(weight.expandDims(-1).mul(powers).sum(new int[]{1})).mul(2);
    }

    private NDArray lowRankKernel(NDArray a, NDArray dt) {
        NDArray pole = a.mul(dt);
        NDArray inverses = one.expandDims(0).div(nodes.sub(withConjugates(pole).expandDims(-1)));
        NDArray left = complex(b).mul(dt);
        NDArray right = complex(c);
        NDArray leftP = complex(p.getFirst()).mul(dt);
        NDArray rightP = complex(p.getFirst()).conj();
        NDArray r00 = sum(left.mul(right), inverses);
        NDArray r01 = sum(left.mul(rightP), inverses);
        NDArray r10 = sum(leftP.mul(right), inverses);
        NDArray r11 = sum(leftP.mul(rightP), inverses);
        return r00.sub(r01.mul(r10).div(r11.add(one))).mul(factor).irfft(length, -1);
    }

    private static NDArray withConjugates(NDArray stored) {
        return stored.concat(stored.conj(), 1);
    }

    private static NDArray sum(NDArray product, NDArray inverses) {
        return withConjugates(product).expandDims(-1).mul(inverses).sum(new int[]{1});
    }

    @Override
    public float[] output() {
        return output;
    }

    @Override
    public float[] gradientOfC() {
        return c.getGradient().toFloatArray();
    }

    @Override
    public void close() {
        manager.close();
    }
}
