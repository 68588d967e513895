package io.longwave.ssm.discretize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.longwave.kernel.Transform;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.hippo.Hippo;
import io.longwave.ssm.hippo.Hippo.Measure;

class DiscretizationTest {
    private static final double STEP = 1e-6;

    @ParameterizedTest
    @EnumSource(Transform.class)
    void transformsInvertAndHaveTheSlopeOfTheirDifferences(Transform transform) {
        for (double y : new double[]{0.001, 0.02, 0.4, 0.97}) {
            double x = transform.inverse(y);
            assertThat(transform.value(x)).isCloseTo(y, within(1e-14));
            double difference = (transform.value(x + STEP) - transform.value(x - STEP)) / (2 * STEP);
            assertThat(transform.slope(x)).isCloseTo(difference, within(1e-8));
        }
    }

    @Test
    void valuesOutOfTheRangeOfATransformAreRefused() {
        assertThatThrownBy(() -> Transform.EXP.inverse(0)).hasMessageContaining("exp").hasMessageContaining("0.0");
        assertThatThrownBy(() -> Transform.SIGMOID.inverse(1)).hasMessageContaining("sigmoid");
    }

    /** One mode over one step is a dense system of two real numbers; near zero, around the switch of the series, and far out. */
    @ParameterizedTest
    @CsvSource({"-1e-9,1e-9", "-1e-3,0.02", "-0.3,0.399", "-0.3,0.401", "-0.5,-7", "-3,0", "-0.01,3.1"})
    void aModeMovesAsTheDenseSystemOfItsRealAndImaginaryPart(double re, double im) {
        Complex x = new Complex(re, im);
        DMatrixRMaj a = new DMatrixRMaj(2, 2, true, re, -im, im, re);
        DMatrixRMaj b = new DMatrixRMaj(2, 1, true, 1, 0);
        for (Discretization discretization : Discretization.values()) {
            DenseDiscretization dense = discretization == Discretization.ZERO_ORDER_HOLD
                    ? DenseDiscretization.zeroOrderHold(a, b, 1)
                    : DenseDiscretization.bilinear(a, b, 1);
            Complex step = discretization.logStep(x).exp();
            assertThat(step.re()).isCloseTo(dense.transition().get(0, 0), within(1e-13));
            assertThat(step.im()).isCloseTo(dense.transition().get(1, 0), within(1e-13));
            Complex hold = discretization.hold(x);
            assertThat(hold.re()).isCloseTo(dense.input().get(0), within(1e-13));
            assertThat(hold.im()).isCloseTo(dense.input().get(1), within(1e-13));
        }
    }

    @Test
    void aSingularSystemIsHeldOverAStep() {
        Hippo fourier = Hippo.of(Measure.FOUT, 8); // the sine of frequency 0 does not move
        DenseDiscretization step = DenseDiscretization.zeroOrderHold(DMatrixRMaj.wrap(8, 8, fourier.a()),
                DMatrixRMaj.wrap(8, 1, fourier.b()), 0.1);
        assertThat(step.transition().get(1, 1)).isEqualTo(1);
        assertThat(step.transition().get(0, 1)).isEqualTo(0);
        assertThat(step.input().get(1)).isZero();
        // dB = ∫ exp(τ A) B: its derivative at 0 is B
        DenseDiscretization small = DenseDiscretization.zeroOrderHold(DMatrixRMaj.wrap(8, 8, fourier.a()),
                DMatrixRMaj.wrap(8, 1, fourier.b()), 1e-9);
        for (int i = 0; i < 8; i++) {
            assertThat(small.input().get(i) / 1e-9).isCloseTo(fourier.b()[i], within(1e-6));
        }
    }

    @Test
    void theMatrixExponentialOfALargeNilpotentMatrixIsItsPolynomial() {
        DMatrixRMaj matrix = new DMatrixRMaj(3, 3, true, 0, 40, 7, 0, 0, 60, 0, 0, 0);
        DMatrixRMaj exponential = DenseDiscretization.exp(matrix);
        assertThat(exponential.get(0, 1)).isCloseTo(40, within(1e-10));
        assertThat(exponential.get(0, 2)).isCloseTo(7 + 0.5 * 40 * 60, within(1e-9));
        assertThat(exponential.get(0, 0)).isCloseTo(1, within(1e-12));
    }
}
