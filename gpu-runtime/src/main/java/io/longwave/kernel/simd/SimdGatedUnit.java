package io.longwave.kernel.simd;

import io.longwave.kernel.GatedUnit;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** One pass over both halves, so that the gate is never stored. */
final class SimdGatedUnit implements GatedUnit {
    private static final VectorSpecies<Float> LANES = SimdExp.LANES;
    private static final int WIDTH = SimdExp.WIDTH;

    private final WorkPool pool;

    SimdGatedUnit(WorkPool pool) {
        this.pool = pool;
    }

    @Override
    public void forward(Tensor xTensor, Tensor yTensor, boolean accumulate) {
        GatedUnit.check(xTensor, yTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] y = SimdTensor.of(yTensor);
        pool.run(SimdPointwise.stretches(y.length), stretch -> {
            int from = stretch * SimdPointwise.STRETCH;
            int count = Math.min(SimdPointwise.STRETCH, y.length - from);
            if (accumulate) {
                add(x, from, y.length + from, y, count);
            } else {
                set(x, from, y.length + from, y, count);
            }
        });
    }

    private static void set(float[] x, int at, int gateAt, float[] y, int count) {
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector gate = SimdExp.sigmoid(FloatVector.fromArray(LANES, x, gateAt + i));
            FloatVector.fromArray(LANES, x, at + i).mul(gate).intoArray(y, at + i);
        }
        for (int i = bound; i < count; i++) {
            y[at + i] = x[at + i] * SimdExp.sigmoid(x[gateAt + i]);
        }
    }

    private static void add(float[] x, int at, int gateAt, float[] y, int count) {
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector gate = SimdExp.sigmoid(FloatVector.fromArray(LANES, x, gateAt + i));
            FloatVector.fromArray(LANES, x, at + i).fma(gate, FloatVector.fromArray(LANES, y, at + i)).intoArray(y, at + i);
        }
        for (int i = bound; i < count; i++) {
            y[at + i] = Math.fma(x[at + i], SimdExp.sigmoid(x[gateAt + i]), y[at + i]);
        }
    }

    @Override
    public void backward(Tensor xTensor, Tensor gradient, Tensor target, boolean accumulate) {
        GatedUnit.check(xTensor, gradient);
        GatedUnit.check(target, gradient);
        float[] x = SimdTensor.of(xTensor);
        float[] dy = SimdTensor.of(gradient);
        float[] dx = SimdTensor.of(target);
        pool.run(SimdPointwise.stretches(dy.length), stretch -> {
            int from = stretch * SimdPointwise.STRETCH;
            int count = Math.min(SimdPointwise.STRETCH, dy.length - from);
            if (accumulate) {
                addBack(x, from, dy.length + from, dy, dx, count);
            } else {
                setBack(x, from, dy.length + from, dy, dx, count);
            }
        });
    }

    private static void setBack(float[] x, int at, int gateAt, float[] dy, float[] dx, int count) {
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector gate = SimdExp.sigmoid(FloatVector.fromArray(LANES, x, gateAt + i));
            FloatVector da = FloatVector.fromArray(LANES, dy, at + i).mul(gate);
            da.mul(FloatVector.fromArray(LANES, x, at + i)).mul(one.sub(gate)).intoArray(dx, gateAt + i);
            da.intoArray(dx, at + i);
        }
        for (int i = bound; i < count; i++) {
            float gate = SimdExp.sigmoid(x[gateAt + i]);
            float da = dy[at + i] * gate;
            dx[gateAt + i] = da * x[at + i] * (1f - gate);
            dx[at + i] = da;
        }
    }

    private static void addBack(float[] x, int at, int gateAt, float[] dy, float[] dx, int count) {
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector gate = SimdExp.sigmoid(FloatVector.fromArray(LANES, x, gateAt + i));
            FloatVector da = FloatVector.fromArray(LANES, dy, at + i).mul(gate);
            FloatVector db = da.mul(FloatVector.fromArray(LANES, x, at + i)).mul(one.sub(gate));
            db.add(FloatVector.fromArray(LANES, dx, gateAt + i)).intoArray(dx, gateAt + i);
            da.add(FloatVector.fromArray(LANES, dx, at + i)).intoArray(dx, at + i);
        }
        for (int i = bound; i < count; i++) {
            float gate = SimdExp.sigmoid(x[gateAt + i]);
            float da = dy[at + i] * gate;
            dx[gateAt + i] += da * x[at + i] * (1f - gate);
            dx[at + i] += da;
        }
    }
}
