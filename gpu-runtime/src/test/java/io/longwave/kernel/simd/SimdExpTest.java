package io.longwave.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

import jdk.incubator.vector.FloatVector;

class SimdExpTest {
    private static final int COUNT = 1 << 16;

    private static float[] arguments() {
        float[] x = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            x[i] = -90 + 180f * i / COUNT;
        }
        return x;
    }

    private static float[] lanes(UnaryOperator<FloatVector> function, float[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i += SimdExp.WIDTH) {
            function.apply(FloatVector.fromArray(SimdExp.LANES, x, i)).intoArray(y, i);
        }
        return y;
    }

    private static void within(float[] x, float[] y, DoubleUnaryOperator exact, double unitsOfTheLastPlace) {
        for (int i = 0; i < x.length; i++) {
            double expected = exact.applyAsDouble(x[i]);
            if (expected < 1e-37) {
                assertThat(y[i]).as("at %s", x[i]).isBetween(0f, 1e-37f);
            } else if (expected > Float.MAX_VALUE) {
                assertThat(y[i]).as("at %s", x[i]).isEqualTo(Float.POSITIVE_INFINITY);
            } else {
                assertThat(Math.abs(y[i] - expected)).as("at %s", x[i]).isLessThan(unitsOfTheLastPlace * 0x1p-23 * expected);
            }
        }
    }

    @Test
    void exponentialsAreGoodToTwoUnitsOfTheLastPlace() {
        float[] x = arguments();
        within(x, lanes(SimdExp::exp, x), Math::exp, 2);
    }

    @Test
    void theLogisticFunctionAndSoftplusAreGoodToFourUnits() {
        float[] x = arguments();
        within(x, lanes(SimdExp::sigmoid, x), v -> 1 / (1 + Math.exp(-v)), 4);
        within(x, lanes(SimdExp::softplus, x), v -> v > 0 ? v + Math.log1p(Math.exp(-v)) : Math.log1p(Math.exp(v)), 4);
    }

    @Test
    void aSingleNumberHasTheBitsOfALane() {
        float[] x = arguments();
        float[] exp = lanes(SimdExp::exp, x);
        float[] sigmoid = lanes(SimdExp::sigmoid, x);
        float[] softplus = lanes(SimdExp::softplus, x);
        for (int i = 0; i < x.length; i++) {
            assertThat(SimdExp.exp(x[i])).isEqualTo(exp[i]);
            assertThat(SimdExp.sigmoid(x[i])).isEqualTo(sigmoid[i]);
            assertThat(SimdExp.softplus(x[i])).isEqualTo(softplus[i]);
        }
    }

    @Test
    void whatIsNoNumberStaysNone() {
        assertThat(SimdExp.exp(Float.NaN)).isNaN();
        assertThat(lanes(SimdExp::exp, filled(Float.NaN))).containsOnly(Float.NaN);
        assertThat(lanes(SimdExp::exp, filled(Float.POSITIVE_INFINITY))).containsOnly(Float.POSITIVE_INFINITY);
        assertThat(lanes(SimdExp::exp, filled(Float.NEGATIVE_INFINITY))).containsOnly(0f);
    }

    private static float[] filled(float value) {
        float[] x = new float[SimdExp.WIDTH];
        java.util.Arrays.fill(x, value);
        return x;
    }
}
