package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.ChannelNormalization;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Positions are cut into chunks whose block of channels stays in the second-level cache. Sums over channels run for all positions of a chunk
 * side by side, so no sum crosses lanes; the gradients of gain and bias are summed per chunk and the chunks added in order.
 */
final class SimdChannelNormalization implements ChannelNormalization {
    private static final VectorSpecies<Float> LANES = SimdExp.LANES;
    private static final int WIDTH = SimdExp.WIDTH;
    private static final int CHUNK = 512;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdChannelNormalization(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void forward(Kind kind, Tensor xTensor, double epsilon, Tensor gainTensor, Tensor biasTensor, Tensor statistics,
            Tensor yTensor) {
        ChannelNormalization.check(xTensor, gainTensor, biasTensor, statistics, yTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] gain = SimdTensor.of(gainTensor);
        float[] bias = SimdTensor.of(biasTensor);
        float[] s = SimdTensor.of(statistics);
        float[] y = SimdTensor.of(yTensor);
        int channels = xTensor.dim(0);
        int positions = xTensor.dim(1);
        pool.run((positions + CHUNK - 1) / CHUNK, chunk -> {
            int from = chunk * CHUNK;
            int count = Math.min(CHUNK, positions - from);
            Arrays.fill(s, from, from + count, 0);
            if (kind == Kind.LAYER) {
                for (int h = 0; h < channels; h++) {
                    addTo(s, from, x, h * positions + from, count);
                }
                for (int i = from; i < from + count; i++) {
                    s[i] /= channels;
                }
            }
            int r = positions + from;
            Arrays.fill(s, r, r + count, 0);
            for (int h = 0; h < channels; h++) {
                addSquares(s, r, x, h * positions + from, s, from, count);
            }
            for (int i = r; i < r + count; i++) {
                s[i] = (float) (1 / Math.sqrt((double) s[i] / channels + epsilon));
            }
            for (int h = 0; h < channels; h++) {
                normalize(x, h * positions + from, s, from, r, gain[h], bias[h], y, count);
            }
        });
    }

    private static void addTo(float[] sum, int at, float[] x, int xAt, int count) {
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, sum, at + i).add(FloatVector.fromArray(LANES, x, xAt + i)).intoArray(sum, at + i);
        }
        for (int i = bound; i < count; i++) {
            sum[at + i] += x[xAt + i];
        }
    }

    private static void addSquares(float[] sum, int at, float[] x, int xAt, float[] mean, int meanAt, int count) {
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector d = FloatVector.fromArray(LANES, x, xAt + i).sub(FloatVector.fromArray(LANES, mean, meanAt + i));
            d.fma(d, FloatVector.fromArray(LANES, sum, at + i)).intoArray(sum, at + i);
        }
        for (int i = bound; i < count; i++) {
            float d = x[xAt + i] - mean[meanAt + i];
            sum[at + i] = Math.fma(d, d, sum[at + i]);
        }
    }

    private static void normalize(float[] x, int at, float[] s, int meanAt, int rAt, float gain, float bias, float[] y, int count) {
        FloatVector g = FloatVector.broadcast(LANES, gain);
        FloatVector c = FloatVector.broadcast(LANES, bias);
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector centred = FloatVector.fromArray(LANES, x, at + i).sub(FloatVector.fromArray(LANES, s, meanAt + i));
            centred.mul(FloatVector.fromArray(LANES, s, rAt + i)).fma(g, c).intoArray(y, at + i);
        }
        for (int i = bound; i < count; i++) {
            y[at + i] = Math.fma((x[at + i] - s[meanAt + i]) * s[rAt + i], gain, bias);
        }
    }

    @Override
    public void backward(Kind kind, Tensor xTensor, Tensor gainTensor, Tensor statistics, Tensor gradient, Tensor target,
            boolean accumulate, Tensor gainGradient, Tensor biasGradient) {
        ChannelNormalization.check(xTensor, gainTensor, biasGradient, statistics, gradient);
        ChannelNormalization.check(xTensor, gainGradient, biasGradient, statistics, target);
        float[] x = SimdTensor.of(xTensor);
        float[] gain = SimdTensor.of(gainTensor);
        float[] s = SimdTensor.of(statistics);
        float[] dy = SimdTensor.of(gradient);
        float[] dx = SimdTensor.of(target);
        int channels = xTensor.dim(0);
        int positions = xTensor.dim(1);
        int chunks = (positions + CHUNK - 1) / CHUNK;
        float[] sums = scratch.get().array(3, chunks * 2 * channels);
        pool.run(chunks, chunk -> {
            int from = chunk * CHUNK;
            int count = Math.min(CHUNK, positions - from);
            int r = positions + from;
            Scratch own = scratch.get();
            float[] hat = own.array(0, channels * CHUNK);
            float[] means = own.array(1, 2 * CHUNK);
            float[] lanes = own.array(2, Rows.WIDTH);
            Arrays.fill(means, 0);
            for (int h = 0; h < channels; h++) {
                int at = h * positions + from;
                hats(x, at, s, from, r, hat, h * CHUNK, count);
                sums[chunk * 2 * channels + h] = Rows.dot(dy, at, hat, h * CHUNK, count, lanes);
                sums[chunk * 2 * channels + channels + h] = Rows.sum(dy, at, count, lanes);
                addMeans(gain[h] / channels, dy, at, hat, h * CHUNK, means, count);
            }
            if (kind == Kind.RMS) {
                Arrays.fill(means, 0, count, 0);
            }
            for (int h = 0; h < channels; h++) {
                finish(gain[h], dy, h * positions + from, hat, h * CHUNK, means, s, r, dx, count, accumulate);
            }
        });
        float[] dgain = SimdTensor.of(gainGradient);
        float[] dbias = SimdTensor.of(biasGradient);
        for (int chunk = 0; chunk < chunks; chunk++) {
            for (int h = 0; h < channels; h++) {
                dgain[h] += sums[chunk * 2 * channels + h];
                dbias[h] += sums[chunk * 2 * channels + channels + h];
            }
        }
    }

    private static void hats(float[] x, int at, float[] s, int meanAt, int rAt, float[] hat, int hatAt, int count) {
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector centred = FloatVector.fromArray(LANES, x, at + i).sub(FloatVector.fromArray(LANES, s, meanAt + i));
            centred.mul(FloatVector.fromArray(LANES, s, rAt + i)).intoArray(hat, hatAt + i);
        }
        for (int i = bound; i < count; i++) {
            hat[hatAt + i] = (x[at + i] - s[meanAt + i]) * s[rAt + i];
        }
    }

    private static void addMeans(float gain, float[] dy, int at, float[] hat, int hatAt, float[] means, int count) {
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector g = FloatVector.fromArray(LANES, dy, at + i).mul(gain);
            FloatVector.fromArray(LANES, means, i).add(g).intoArray(means, i);
            g.fma(FloatVector.fromArray(LANES, hat, hatAt + i), FloatVector.fromArray(LANES, means, CHUNK + i)).intoArray(means, CHUNK + i);
        }
        for (int i = bound; i < count; i++) {
            float g = gain * dy[at + i];
            means[i] += g;
            means[CHUNK + i] = Math.fma(g, hat[hatAt + i], means[CHUNK + i]);
        }
    }

    private static void finish(float gain, float[] dy, int at, float[] hat, int hatAt, float[] means, float[] s, int rAt, float[] dx,
            int count, boolean accumulate) {
        FloatVector g = FloatVector.broadcast(LANES, gain);
        int bound = LANES.loopBound(count);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector centred = g.fma(FloatVector.fromArray(LANES, dy, at + i), FloatVector.fromArray(LANES, means, i).neg());
            FloatVector d = FloatVector.fromArray(LANES, hat, hatAt + i).neg().fma(FloatVector.fromArray(LANES, means, CHUNK + i), centred);
            FloatVector r = FloatVector.fromArray(LANES, s, rAt + i);
            if (accumulate) {
                r.fma(d, FloatVector.fromArray(LANES, dx, at + i)).intoArray(dx, at + i);
            } else {
                r.mul(d).intoArray(dx, at + i);
            }
        }
        for (int i = bound; i < count; i++) {
            float d = Math.fma(-hat[hatAt + i], means[CHUNK + i], Math.fma(gain, dy[at + i], -means[i]));
            dx[at + i] = accumulate ? Math.fma(s[rAt + i], d, dx[at + i]) : s[rAt + i] * d;
        }
    }
}
