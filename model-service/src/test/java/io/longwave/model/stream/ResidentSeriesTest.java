package io.longwave.model.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.model.ServingStore.Serving;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.series.KindDecision;
import io.longwave.series.SeriesKey;
import io.longwave.series.SeriesKind;
import io.longwave.ssm.streaming.StreamingModel;
import org.junit.jupiter.api.Test;

class ResidentSeriesTest {
    private static final StreamingModel MODEL = new RunningMeanModel("mean-1", "test");
    private static final int LENGTH = key(0).length();
    private static final long ONE = ResidentMemory.bytesOfSeries(MODEL, LENGTH);

    @Test
    void thoseUntouchedForLongestGoWhereThereIsNoRoom() {
        ResidentSeries series = new ResidentSeries(new ResidentMemory(3 * ONE), MODEL);
        for (int i = 0; i < 4; i++) {
            series.put(key(i), slot(key(i)));
        }
        assertThat(series.get(key(0))).isNotNull(); // touched
        series.makeRoom();
        assertThat(series.published(key(1))).isEmpty();
        assertThat(series.published(key(0))).isPresent();
        series.put(key(2), slot(key(2)));
        series.remove(key(3));
        series.put(key(5), slot(key(5)));
        series.makeRoom();
        assertThat(series.published(key(0))).as("what was replaced or removed takes no room twice").isPresent();
    }

    @Test
    void partitionsShareTheMemoryAsLongAsTheyHoldSeries() {
        ResidentMemory memory = new ResidentMemory(8 * ONE);
        ResidentSeries first = new ResidentSeries(memory, MODEL);
        ResidentSeries second = new ResidentSeries(memory, MODEL);
        for (int i = 0; i < 8; i++) {
            first.put(key(i), slot(key(i)));
        }
        assertThat(memory.share()).isEqualTo(8 * ONE);
        second.put(key(8), slot(key(8)));
        assertThat(memory.share()).isEqualTo(4 * ONE);
        first.makeRoom();
        assertThat(first.published(key(3))).isEmpty();
        assertThat(first.published(key(4))).isPresent();
        second.clear();
        second.clear();
        assertThat(memory.share()).isEqualTo(8 * ONE);
        first.clear();
        second.put(key(8), slot(key(8)));
        second.remove(key(8));
        assertThat(memory.share()).as("nobody holds anything").isEqualTo(8 * ONE);
    }

    @Test
    void aTransactionHasHalfOfTheRoomAtMost() {
        long usual = ResidentMemory.bytesOfSeries(MODEL, 0);
        ResidentSeries series = new ResidentSeries(new ResidentMemory(20 * usual), MODEL);
        assertThat(series.mostOfATransaction()).isEqualTo(10);
        assertThat(new ResidentSeries(new ResidentMemory(1), MODEL).mostOfATransaction()).isOne();
    }

    private static String key(int number) {
        return "default/b/m#v" + number;
    }

    private static SeriesSlot slot(String key) {
        return new SeriesSlot(1, SeriesKey.parse(key), new KindDecision(SeriesKind.GAUGE, null), Serving.DEFAULT, MODEL, MODEL.newState(),
                Long.MIN_VALUE, Double.NaN, null, 0, null);
    }
}
