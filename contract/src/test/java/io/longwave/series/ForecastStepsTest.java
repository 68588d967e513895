package io.longwave.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastStepsTest {
    private static final long NOW = 1_772_366_400_000_000_001L; // no double has this value

    @ParameterizedTest
    @CsvSource({"1,1,1,'[0, 1, 2]'", "60,60,60,'[0, 1, 2]'", "180,60,60,'[2, 3, 4]'", "60,120,60,'[0, 0, 1]'", "120,60,120,'[1, 3, 5]'",
            "0,60,60,'[0, 0, 1]'", "1000000000,1,1000000000,'[999999999, 1999999999, 2147483646]'"})
    void eachTimeHasItsNearestStep(long ahead, long step, long distance, String steps) {
        assertThat(Arrays.toString(ForecastSteps.nearest(NOW, step, NOW + ahead, distance, 3))).isEqualTo(steps);
    }
}
