package io.longwave.bench.chimera;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.training.GradientCollector;

/**
 * The layer written with operations of libtorch through DJL, gradients by its automatic differentiation. The grid is run as a wavefront, T + V − 1 steps
 * over all variates at once, each a dozen operations on [B, V, E, N]; that is the fastest order without a kernel of one's own.
 */
final class LibtorchLayer implements AutoCloseable {
    private final LayerProblem problem;
    private final NDManager manager;
    private final NDArray x; // [B, V, T, E]
    private final Map<String, NDArray> weights = new LinkedHashMap<>();

    LibtorchLayer(LayerProblem problem) {
        this.problem = problem;
        this.manager = NDManager.newBaseManager();
        int e = problem.channels();
        int n = problem.modes();
        NDArray turned = manager.create(floats(problem.x()), new Shape(e, problem.variates(), problem.steps(), problem.batch()));
        this.x = turned.transpose(3, 1, 2, 0).mul(1);
        x.setRequiresGradient(true);
        problem.weights().forEach((name, values) -> {
            String plain = name.substring(name.indexOf('.') + 1);
            Shape shape = plain.startsWith("a")
                    ? new Shape(e, n)
                    : plain.startsWith("b") || plain.startsWith("c")
                            ? new Shape(n, e)
                            : values.length == e ? new Shape(e) : new Shape(e, e);
            NDArray weight = manager.create(floats(values), shape);
            weight.setRequiresGradient(true);
            weights.put(name, weight);
        });
    }

    private static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }

    private NDArray weight(String name) {
        NDArray weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("no weight is called " + name);
        }
        return weight;
    }

    private NDArray layer() {
        NDArray up = direction("up.", x);
        NDArray down = direction("down.", x.flip(1)).flip(1);
        NDArray gate = x.matMul(weight("gate").transpose());
        return up.add(down).mul(gate.mul(Activation.sigmoid(gate)));
    }

    /** y [B, V, T, E]. */
    private NDArray direction(String prefix, NDArray u) {
        NDArray[] b = {skewed(u.matMul(weight(prefix + "b1").transpose())), skewed(u.matMul(weight(prefix + "b2").transpose()))};
        NDArray[] c = {skewed(u.matMul(weight(prefix + "c1").transpose())), skewed(u.matMul(weight(prefix + "c2").transpose()))};
        NDArray[] step = {skewed(step(prefix + "step1", u)), skewed(step(prefix + "step2", u))};
        NDArray input = skewed(u);
        NDArray a1 = weight(prefix + "a1");
        NDArray a4 = weight(prefix + "a4");
        NDArray ratio2 = weight(prefix + "a2").div(a1);
        NDArray ratio3 = weight(prefix + "a3").div(a4);
        Shape state = new Shape(problem.batch(), problem.variates(), problem.channels(), problem.modes());
        NDArray h1 = manager.zeros(state);
        NDArray h2 = manager.zeros(state);
        NDArray edge = manager.zeros(new Shape(problem.batch(), 1, problem.channels(), problem.modes()));
        String allButLast = ":, :" + (problem.variates() - 1);
        NDList out = new NDList();
        for (int s = 0; s < problem.steps() + problem.variates() - 1; s++) {
            String at = ":, :, " + s;
            NDArray own1 = step[0].get(at).expandDims(-1).mul(a1).exp();
            NDArray own2 = step[1].get(at).expandDims(-1).mul(a4).exp();
            NDArray held1 = own1.sub(1);
            NDArray held2 = own2.sub(1);
            NDArray x1 = input.get(at).expandDims(-1);
            NDArray up1 = NDArrays.concat(new NDList(edge, h1.get(allButLast)), 1);
            NDArray up2 = NDArrays.concat(new NDList(edge, h2.get(allButLast)), 1);
            NDArray in1 = x1.mul(b[0].get(at).expandDims(2)).div(a1);
            NDArray in2 = x1.mul(b[1].get(at).expandDims(2)).div(a4);
            NDArray new1 = own1.mul(h1).add(held1.mul(ratio2.mul(h2).add(in1)));
            h2 = own2.mul(up2).add(held2.mul(ratio3.mul(up1).add(in2)));
            h1 = new1;
            out.add(h1.mul(c[0].get(at).expandDims(2)).add(h2.mul(c[1].get(at).expandDims(2))).sum(new int[]{3}));
        }
        NDArray skewed = NDArrays.stack(out, 2); // [B, V, S, E]
        List<NDArray> rows = new ArrayList<>();
        for (int v = 0; v < problem.variates(); v++) {
            rows.add(skewed.get(":, " + v + ", " + v + ":" + (v + problem.steps())));
        }
        return NDArrays.stack(new NDList(rows), 1).add(u.mul(weight(prefix + "d")));
    }

    private NDArray step(String name, NDArray u) {
        return Activation.softPlus(u.matMul(weight(name).transpose()).add(weight(name + ".bias")));
    }

    /** [B, V, T, K] into [B, V, T + V − 1, K]: variate v starts v steps later. */
    private NDArray skewed(NDArray sequence) {
        int last = problem.variates() - 1;
        long width = sequence.getShape().get(3);
        List<NDArray> rows = new ArrayList<>();
        for (int v = 0; v <= last; v++) {
            NDList parts = new NDList();
            if (v > 0) {
                parts.add(manager.zeros(new Shape(problem.batch(), v, width)));
            }
            parts.add(sequence.get(":, " + v));
            if (v < last) {
                parts.add(manager.zeros(new Shape(problem.batch(), last - v, width)));
            }
            rows.add(NDArrays.concat(parts, 1));
        }
        return NDArrays.stack(new NDList(rows), 1);
    }

    /** Forward pass and all gradients of half the sum of squares of y. */
    void forwardAndBackward() {
        forwardAndBackward("");
    }

    /** The same; the gradient of one weight, which is gone after the pass, or nothing for no name. */
    float[] forwardAndBackward(String wanted) {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector(); NDManager ofCall = manager.newSubManager()) {
            x.attach(ofCall);
            weights.values().forEach(weight -> weight.attach(ofCall));
            NDArray y = layer();
            collector.zeroGradients();
            collector.backward(y.square().sum().mul(0.5f));
            float[] gradient = wanted.isEmpty() ? new float[0] : weight(wanted).getGradient().toFloatArray();
            x.attach(manager);
            weights.values().forEach(weight -> weight.attach(manager));
            return gradient;
        }
    }

    float[] y() {
        return layer().transpose(3, 1, 2, 0).toFloatArray();
    }

    @Override
    public void close() {
        manager.close();
    }
}
