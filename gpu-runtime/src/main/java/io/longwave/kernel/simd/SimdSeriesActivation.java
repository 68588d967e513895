package io.longwave.kernel.simd;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.FloatGelu;
import io.longwave.kernel.SeriesActivation;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Lanes run over the numbers, or over the series of a norm; what is left over takes the same steps one by one. */
final class SimdSeriesActivation implements SeriesActivation {
    private static final VectorSpecies<Float> LANES = SimdExp.LANES;
    private static final int WIDTH = SimdExp.WIDTH;

    @Override
    public void gelu(Tensor xTensor, int size) {
        DiagonalStep.requireRoom("x", xTensor, size);
        float[] x = SimdTensor.of(xTensor);
        int bound = LANES.loopBound(size);
        SimdGelu.values(x, 0, bound);
        for (int i = bound; i < size; i++) {
            x[i] = FloatGelu.value(x[i]);
        }
    }

    @Override
    public void addGated(Tensor xTensor, Tensor yTensor, int size) {
        DiagonalStep.requireRoom("x", xTensor, 2L * size);
        DiagonalStep.requireRoom("y", yTensor, size);
        float[] x = SimdTensor.of(xTensor);
        float[] y = SimdTensor.of(yTensor);
        int bound = LANES.loopBound(size);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        for (int i = 0; i < bound; i += WIDTH) { // the exponential stands here for the reason SimdDecay gives
            FloatVector value = FloatVector.fromArray(LANES, x, size + i);
            FloatVector exponent = value.abs().neg().mul(FloatDecay.LOG2_E);
            FloatVector bounded = exponent.blend(FloatDecay.SMALLEST_EXPONENT,
                    exponent.compare(VectorOperators.LT, FloatDecay.SMALLEST_EXPONENT));
            FloatVector shifted = bounded.add(FloatDecay.ROUND);
            FloatVector r = bounded.sub(shifted.sub(FloatDecay.ROUND));
            FloatVector p = r.fma(FloatDecay.Q5, FloatDecay.Q4);
            p = p.fma(r, FloatVector.broadcast(LANES, FloatDecay.Q3));
            p = p.fma(r, FloatVector.broadcast(LANES, FloatDecay.Q2));
            p = p.fma(r, FloatVector.broadcast(LANES, FloatDecay.Q1));
            p = p.fma(r, one);
            FloatVector e = p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector sigmoid = one.div(e.add(1f));
            FloatVector gate = sigmoid.blend(e.mul(sigmoid), value.compare(VectorOperators.LT, 0f));
            FloatVector.fromArray(LANES, x, i).fma(gate, FloatVector.fromArray(LANES, y, i)).intoArray(y, i);
        }
        for (int i = bound; i < size; i++) {
            y[i] = Math.fma(x[i], FloatDecay.sigmoid(x[size + i]), y[i]);
        }
    }

    @Override
    public void normalize(Kind kind, Tensor xTensor, float epsilon, Tensor gains, Tensor biases, Tensor yTensor, int series) {
        SeriesActivation.check(xTensor, gains, biases, yTensor, series);
        float[] x = SimdTensor.of(xTensor);
        float[] gain = SimdTensor.of(gains);
        float[] bias = SimdTensor.of(biases);
        float[] y = SimdTensor.of(yTensor);
        int bound = LANES.loopBound(series);
        for (int s = 0; s < bound; s += WIDTH) {
            vector(kind, x, epsilon, gain, bias, y, s, series);
        }
        for (int s = bound; s < series; s++) {
            number(kind, x, epsilon, gain, bias, y, s, series);
        }
    }

    @Override
    public void scale(Tensor xTensor, Tensor means, Tensor gains, Tensor biases, Tensor yTensor, int series) {
        SeriesActivation.check(xTensor, means, gains, biases, yTensor, series);
        float[] mean = SimdTensor.of(means);
        float[] gain = SimdTensor.of(gains);
        float[] bias = SimdTensor.of(biases);
        for (int h = 0; h < gain.length; h++) {
            scale(SimdTensor.of(xTensor), mean[h], gain[h], bias[h], SimdTensor.of(yTensor), h * series, series);
        }
    }

    private static void scale(float[] x, float mean, float gain, float bias, float[] y, int at, int count) {
        FloatVector gains = FloatVector.broadcast(LANES, gain);
        FloatVector biases = FloatVector.broadcast(LANES, bias);
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, x, at + i).sub(mean).fma(gains, biases).intoArray(y, at + i);
        }
        for (int i = bound; i < count; i++) {
            y[at + i] = Math.fma(x[at + i] - mean, gain, bias);
        }
    }

    private static void vector(Kind kind, float[] x, float epsilon, float[] gain, float[] bias, float[] y, int s, int series) {
        int channels = gain.length;
        FloatVector mean = FloatVector.zero(LANES);
        if (kind == Kind.LAYER) {
            for (int h = 0; h < channels; h++) {
                mean = mean.add(FloatVector.fromArray(LANES, x, h * series + s));
            }
            mean = mean.div(channels);
        }
        FloatVector squares = FloatVector.zero(LANES);
        for (int h = 0; h < channels; h++) {
            FloatVector d = FloatVector.fromArray(LANES, x, h * series + s).sub(mean);
            squares = d.fma(d, squares);
        }
        FloatVector r = FloatVector.broadcast(LANES, 1f).div(squares.div(channels).add(epsilon).sqrt());
        for (int h = 0; h < channels; h++) {
            FloatVector hat = FloatVector.fromArray(LANES, x, h * series + s).sub(mean).mul(r);
            hat.fma(FloatVector.broadcast(LANES, gain[h]), FloatVector.broadcast(LANES, bias[h])).intoArray(y, h * series + s);
        }
    }

    private static void number(Kind kind, float[] x, float epsilon, float[] gain, float[] bias, float[] y, int s, int series) {
        int channels = gain.length;
        float mean = 0;
        if (kind == Kind.LAYER) {
            for (int h = 0; h < channels; h++) {
                mean += x[h * series + s];
            }
            mean /= channels;
        }
        float squares = 0;
        for (int h = 0; h < channels; h++) {
            float d = x[h * series + s] - mean;
            squares = Math.fma(d, d, squares);
        }
        float r = 1f / (float) Math.sqrt(squares / channels + epsilon);
        for (int h = 0; h < channels; h++) {
            y[h * series + s] = Math.fma((x[h * series + s] - mean) * r, gain[h], bias[h]);
        }
    }
}
