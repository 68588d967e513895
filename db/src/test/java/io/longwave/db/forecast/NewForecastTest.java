package io.longwave.db.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.series.SeriesKind;
import org.junit.jupiter.api.Test;

class NewForecastTest {

    private static NewForecast forecast(long issuedAt, long step) {
        return new NewForecast(1, issuedAt, step, "online-1", new double[]{1, 2, 3}, new double[]{0.8}, new double[][]{{0, 1, 2}},
                new double[][]{{2, 3, 4}}, SeriesKind.GAUGE);
    }

    @Test
    void stepsThatNoTimeCanTellAreLeftOut() {
        NewForecast all = forecast(Long.MAX_VALUE - 30, 10);
        assertThat(all.withinTime()).isSameAs(all);
        NewForecast cut = forecast(Long.MAX_VALUE - 29, 10).withinTime();
        assertThat(cut.mean()).containsExactly(1, 2);
        assertThat(cut.lower()[0]).containsExactly(0, 1);
        assertThat(cut.upper()[0]).containsExactly(2, 3);
        NewForecast old = forecast(Long.MIN_VALUE, 10);
        assertThat(old.withinTime()).isSameAs(old);
    }
}
