package io.longwave.ssm.longconv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.ssm.longconv.DiagonalFit.Mode;

class DiagonalFitTest {

    @Test
    void aKernelMadeOfFourModesIsFoundAgain() {
        DiagonalFit made = new DiagonalFit(List.of(new Mode(0.95, 0, 1, 0), new Mode(0.9, 0.3, 0.5, -0.2), new Mode(0.2, 0.1, -1, 0.7),
                new Mode(-0.5, 0, 0.3, 0)), 0);
        double[] taps = made.response(300);
        DiagonalFit fit = DiagonalFit.of(taps, 16, 1e-9);
        assertThat(fit.relativeError()).isLessThan(1e-9);
        assertThat(fit.order()).isLessThanOrEqualTo(8);
        double[] response = fit.response(300);
        for (int t = 0; t < taps.length; t++) {
            assertThat(response[t]).isCloseTo(taps[t], within(1e-8));
        }
    }

    @Test
    void theReportedErrorIsTheErrorOfTheResponse() {
        SplittableRandom random = new SplittableRandom(3);
        double[] taps = new double[200];
        for (int t = 0; t < taps.length; t++) {
            taps[t] = random.nextGaussian() * Math.exp(-t / 20.0);
        }
        DiagonalFit fit = DiagonalFit.of(taps, 8, 1e-3);
        double difference = 0;
        double size = 0;
        double[] response = fit.response(200);
        for (int t = 0; t < taps.length; t++) {
            difference += (response[t] - taps[t]) * (response[t] - taps[t]);
            size += taps[t] * taps[t];
        }
        assertThat(fit.relativeError()).isCloseTo(Math.sqrt(difference / size), within(1e-12)).isGreaterThan(0.01).isLessThan(1);
    }

    @Test
    void moreStateNeverFitsWorse() {
        double[] taps = new double[400];
        for (int t = 0; t < taps.length; t++) {
            taps[t] = Math.exp(-t / 100.0) / (1 + t); // a sum of infinitely many decays
        }
        double before = 2;
        for (int order : new int[]{1, 2, 4, 8, 16}) {
            double error = DiagonalFit.of(taps, order, 0).relativeError();
            assertThat(error).isLessThanOrEqualTo(before);
            before = error;
        }
        assertThat(before).isLessThan(1e-6);
    }

    @Test
    void noModeGrowsInAStreamThatOutlastsTheKernel() {
        double[] growing = new double[64];
        for (int t = 0; t < growing.length; t++) {
            growing[t] = Math.exp(t / 64.0);
        }
        for (Mode mode : DiagonalFit.of(growing, 8, 1e-3).modes()) {
            assertThat(Math.hypot(mode.poleRe(), mode.poleIm())).isLessThan(1);
        }
    }

    @Test
    void aKernelOfZerosNeedsNoState() {
        assertThat(DiagonalFit.of(new double[50], 8, 1e-3)).isEqualTo(new DiagonalFit(List.of(), 0));
    }

    @Test
    void aSingleTapIsAModeThatForgetsAtOnce() {
        assertThat(DiagonalFit.of(new double[]{3}, 8, 1e-3).response(3)).containsExactly(3, 0, 0);
    }
}
