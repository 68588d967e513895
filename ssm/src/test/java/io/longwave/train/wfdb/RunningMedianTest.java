package io.longwave.train.wfdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunningMedianTest {

    @ParameterizedTest
    @CsvSource({"1,0", "1,3", "2,1", "5,1", "17,4", "40,3", "40,19", "40,50"})
    void agreesWithSortingEachWindow(int length, int reach) {
        SplittableRandom random = new SplittableRandom(31L * length + reach);
        float[] signal = new float[length];
        for (int l = 0; l < length; l++) {
            signal[l] = random.nextInt(6); // few values, so that windows hold equal ones
        }
        float[] medians = RunningMedian.of(signal, reach);
        for (int l = 0; l < length; l++) {
            float[] window = Arrays.copyOfRange(signal, Math.max(0, l - reach), Math.min(length, l + reach + 1));
            Arrays.sort(window);
            assertThat(medians[l]).isEqualTo((window[(window.length - 1) / 2] + window[window.length / 2]) / 2);
        }
    }
}
