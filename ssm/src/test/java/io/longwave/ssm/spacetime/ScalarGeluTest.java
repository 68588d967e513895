package io.longwave.ssm.spacetime;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarGeluTest {

    /** x times the normal distribution function, from tables of it (Abramowitz and Stegun, table 26.1; 26.2 beyond 5). */
    @ParameterizedTest
    @CsvSource({"0, 0.5", "0.02, 0.507978313716902", "0.5, 0.691462461274013", "1, 0.841344746068543", "1.5, 0.933192798731142",
            "2, 0.977249868051821", "3, 0.998650101968370", "4, 0.999968328758167", "5, 0.999999713348428"})
    void isTheArgumentTimesTheNormalDistribution(double x, double probability) {
        assertThat(ScalarGelu.value(x)).isCloseTo(x * probability, Offset.offset(3e-15 + 5e-16 * x));
        assertThat(ScalarGelu.value(-x)).isCloseTo(-x * (1 - probability), Offset.offset(3e-15 + 1e-15 * x));
    }

    @Test
    void isSmoothBetweenThePointsOfItsGrid() {
        // the polynomials of neighbouring grid points meet: a wrong coefficient would leave a step of 1e-11 or more
        for (int i = -9 * 64; i < 9 * 64; i++) {
            double seam = (i + 0.5) / 64;
            double step = ScalarGelu.value(seam) - ScalarGelu.value(Math.nextDown(seam));
            assertThat(step).isCloseTo(0, Offset.offset(5e-15));
        }
    }

    @Test
    void farFromZeroIsZeroOrTheArgument() {
        assertThat(ScalarGelu.value(-40)).isZero();
        assertThat(ScalarGelu.value(40)).isEqualTo(40);
        assertThat(ScalarGelu.value(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(ScalarGelu.value(Double.POSITIVE_INFINITY)).isInfinite();
        assertThat(ScalarGelu.value(Double.NaN)).isNaN();
    }
}
