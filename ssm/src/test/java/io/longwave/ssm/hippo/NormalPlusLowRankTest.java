package io.longwave.ssm.hippo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.hippo.Hippo.Measure;

class NormalPlusLowRankTest {

    @ParameterizedTest
    @CsvSource({"LEGS,2", "LEGS,8", "LEGS,64", "LEGS,256", "LEGT,6", "LEGT,64", "FOUT,2", "FOUT,64", "LEGSD,16", "FOUD,16"})
    void theFormGivesTheMatrixBack(Measure measure, int n) {
        Hippo hippo = Hippo.of(measure, n);
        NormalPlusLowRank form = NormalPlusLowRank.of(hippo);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int m = 0; m < n / 2; m++) { // V W V* of a member and its conjugate
                    sum += 2 * form.v()[i][m].times(form.w()[m]).timesConjugate(form.v()[j][m]).re();
                }
                for (double[] p : form.correction()) {
                    sum -= p[i] * p[j];
                }
                // rounding of an orthonormal basis times the largest frequency, about N² / 3
                assertThat(sum).as("%d %d", i, j).isCloseTo(hippo.a()[i * n + j], within(1e-14 * n * n + 1e-13));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"LEGS,64", "LEGT,32", "FOUT,16", "FOUD,8"})
    void keptEigenvectorsAndTheirConjugatesAreOrthonormal(Measure measure, int n) {
        Complex[][] v = NormalPlusLowRank.of(Hippo.of(measure, n)).v();
        for (int k = 0; k < n / 2; k++) {
            for (int m = 0; m < n / 2; m++) {
                Complex same = Complex.ZERO;
                Complex conjugate = Complex.ZERO;
                for (int i = 0; i < n; i++) {
                    same = same.plus(v[i][k].timesConjugate(v[i][m]));
                    conjugate = conjugate.plus(v[i][k].times(v[i][m]));
                }
                assertThat(same.minus(Complex.real(k == m ? 1 : 0)).abs()).isLessThan(1e-11);
                assertThat(conjugate.abs()).isLessThan(1e-11);
            }
        }
    }

    @Test
    void ranksBeyondTheNaturalOneAreZero() {
        NormalPlusLowRank form = NormalPlusLowRank.of(Hippo.of(Measure.LEGS, 8), 3);
        assertThat(form.p()).hasDimensions(3, 4);
        assertThat(form.correction()[2]).containsOnly(0);
    }

    @Test
    void sizesWithoutPairsAndRanksThatAreTooSmallAreRefused() {
        assertThatThrownBy(() -> NormalPlusLowRank.of(Hippo.of(Measure.LEGS, 7))).hasMessageContaining("even").hasMessageContaining("7");
        assertThatThrownBy(() -> Hippo.of(Measure.FOUT, 5)).hasMessageContaining("even").hasMessageContaining("5");
        assertThatThrownBy(() -> NormalPlusLowRank.of(Hippo.of(Measure.LEGT, 8), 1)).hasMessageContaining("at least 2");
        assertThatThrownBy(() -> NormalPlusLowRank.of(Hippo.of(Measure.LMU, 8))).hasMessageContaining("LMU");
        assertThatThrownBy(() -> Measure.of("legz")).hasMessageContaining("legz");
    }
}
