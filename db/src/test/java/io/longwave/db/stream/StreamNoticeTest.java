package io.longwave.db.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamNoticeTest {

    @Test
    void aPayloadReadBackNamesTheSameSeries() {
        assertThat(StreamNotice.payload(List.of(3L, 7L))).isEqualTo("{\"series\":[3,7]}");
        assertThat(StreamNotice.parse("{\"series\":[3,7]}")).isEqualTo(new StreamNotice(false, Set.of(3L, 7L)));
        assertThat(StreamNotice.parse(StreamNotice.payload(List.of()))).isEqualTo(new StreamNotice(false, Set.of()));
    }

    @Test
    void moreSeriesThanANotificationCarriesBecomeMany() {
        String payload = StreamNotice.payload(LongStream.range(1_000_000, 1_001_000).boxed().toList());
        assertThat(payload).isEqualTo("{\"series\":null}");
        assertThat(StreamNotice.parse(payload)).isEqualTo(new StreamNotice(true, Set.of()));
        String longest = StreamNotice.payload(LongStream.range(1_000_000, 1_000_998).boxed().toList());
        assertThat(longest.length()).isLessThan(8000);
        assertThat(StreamNotice.parse(longest).series()).hasSize(998);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{\"series\":[1,,2]}", "{\"series\":[99999999999999999999]}", "{\"series\":[-1]}"})
    void aPayloadOfAnotherFormMeansLookAtEverything(String payload) {
        assertThat(StreamNotice.parse(payload).many()).isTrue();
    }
}
