package io.longwave.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CounterRateTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aCounterGrowsByItsIncreasePerSecond() {
        assertThat(CounterRate.perSecond(10 * SECOND, 100, 25 * SECOND, 130)).isEqualTo(2);
        assertThat(CounterRate.perSecond(0, 5, SECOND / 4, 6)).isEqualTo(4);
        assertThat(CounterRate.perSecond(0, 5, SECOND, 5)).isZero();
    }

    @Test
    void aSmallerValueIsWhatWasCountedSinceAStartFromZero() {
        assertThat(CounterRate.restarted(100, 30)).isTrue();
        assertThat(CounterRate.perSecond(0, 100, 10 * SECOND, 30)).isEqualTo(3);
        assertThat(CounterRate.restarted(100, 100)).isFalse();
    }

    @Test
    void twoTimesMayLieFurtherApartThanSixtyFourBitsHold() {
        assertThat(CounterRate.perSecond(Long.MIN_VALUE, 0, Long.MAX_VALUE, 3)).isEqualTo(3 / (Math.pow(2, 64) / 1e9));
        assertThat(CounterRate.perSecond(-SECOND / 2, 0, SECOND / 2, 3)).isEqualTo(3);
    }

    @Test
    void aRateIsANumberOrThereIsNone() {
        assertThat(CounterRate.perSecond(0, Double.NaN, SECOND, 1)).isNaN();
        assertThat(CounterRate.perSecond(0, 1, SECOND, Double.NaN)).isNaN();
        assertThat(CounterRate.perSecond(0, 2e300, SECOND, 3e300)).isEqualTo(1e300);
        assertThat(CounterRate.perSecond(0, 3e300, SECOND / 2, 2e300)).isEqualTo(4e300);
        assertThat(CounterRate.perSecond(0, 0, 1, 1e300)).as("in a nanosecond").isEqualTo(1e308);
        assertThat(CounterRate.perSecond(0, -Double.MAX_VALUE, 10 * SECOND, Double.MAX_VALUE)).isEqualTo(1e307);
        assertThat(CounterRate.perSecond(0, 0, 1, -Double.MAX_VALUE)).isEqualTo(-1e308);
        assertThat(CounterRate.perSecond(0, 0, 1, 1e99)).isEqualTo(1e99 / 1e-9);
        assertThat(CounterRate.perSecond(0, 0, Long.MAX_VALUE, Double.MIN_VALUE)).isZero();
        assertThatThrownBy(() -> CounterRate.perSecond(7, 0, 7, 1)).hasMessageContaining("expected one later than 7 but was 7");
    }
}
