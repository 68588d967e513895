package io.longwave.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

    @Test
    void thePublishedScheduleUsesTheFirstRateForTwoEpochsThenWarmsUpAndFalls() {
        LearningRateSchedule published = new LearningRateSchedule.PublishedCosine(1e-3, 1e-6, 1e-5, 10, 300);
        assertThat(published.rate(0, 151)).isEqualTo(1e-6);
        assertThat(published.rate(2 * 151 - 1, 151)).isEqualTo(1e-6);
        assertThat(published.rate(2 * 151, 151)).isEqualTo(1e-6 + (1e-3 - 1e-6) / 10, within(1e-15));
        assertThat(published.rate(151L * 151, 151)).isEqualTo(1e-5 + (1e-3 - 1e-5) / 2, within(1e-15)); // halfway down the cosine
        assertThat(published.rate(400L * 151, 151)).isEqualTo(1e-5);
    }

    @Test
    void theCosineWarmsUpStepByStepAndEndsAtItsFloor() {
        LearningRateSchedule cosine = new LearningRateSchedule.Cosine(1e-2, 1e-4, 1, 11);
        assertThat(cosine.rate(0, 10)).isEqualTo(1e-3, within(1e-15));
        assertThat(cosine.rate(9, 10)).isEqualTo(1e-2, within(1e-15));
        assertThat(cosine.rate(59, 10)).isEqualTo((1e-2 + 1e-4) / 2, within(1e-15));
        assertThat(cosine.rate(109, 10)).isEqualTo(1e-4, within(1e-15));
        assertThat(cosine.rate(5000, 10)).isEqualTo(1e-4, within(1e-15));
    }

    @Test
    void refusesRatesAndLengthsThatMakeNoSense() {
        assertThatThrownBy(() -> new LearningRateSchedule.Constant(Double.NaN)).hasMessageContaining("finite rate");
        assertThatThrownBy(() -> new LearningRateSchedule.Cosine(1, 0, 5, 5)).hasMessageContaining("expected 0 <= warmupEpochs < epochs");
    }
}
