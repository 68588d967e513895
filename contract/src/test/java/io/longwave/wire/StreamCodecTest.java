package io.longwave.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.wire.StreamMessage.Forget;
import io.longwave.wire.StreamMessage.Promote;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamMessage.Watch;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamCodecTest {

    @Test
    void samplesComeBackToTheBit() {
        Samples samples = new Samples(List.of(new SeriesSamples("t/b/m#f", new long[]{Long.MIN_VALUE, 1, Long.MAX_VALUE},
                new double[]{Double.MIN_VALUE, -0.0, Double.MAX_VALUE})));
        Samples back = (Samples) StreamCodec.decode(StreamCodec.encode(samples));
        SeriesSamples series = back.series().getFirst();
        assertThat(series.key()).isEqualTo("t/b/m#f");
        assertThat(series.timeNanos()).containsExactly(Long.MIN_VALUE, 1, Long.MAX_VALUE);
        assertThat(series.values()).containsExactly(Double.MIN_VALUE, -0.0, Double.MAX_VALUE);
    }

    @Test
    void controlRecordsComeBack() {
        assertThat(StreamCodec.decode(StreamCodec.encode(new Promote("t/b/m#f", "spacetime-1"))))
                .isEqualTo(new Promote("t/b/m#f", "spacetime-1"));
        for (Long lastTime : new Long[]{null, 0L, Long.MIN_VALUE, 17L}) {
            assertThat(StreamCodec.decode(StreamCodec.encode(new Forget("t/b/m#f", lastTime))))
                    .isEqualTo(new Forget("t/b/m#f", lastTime));
        }
        assertThat(StreamCodec.decode(StreamCodec.encode(new Watch("t/b/m#f", true, 96)))).isEqualTo(new Watch("t/b/m#f", true, 96));
    }

    @Test
    void refusesBytesThatAreNoRecordAndSaysWhatWasExpected() {
        assertThatThrownBy(() -> StreamCodec.decode(new byte[]{(byte) 0xff, 1, 2})).isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("longwave.stream.v1.StreamRecord");
        assertThatThrownBy(() -> StreamCodec.decode(new byte[0])).hasMessageContaining("body is empty");
    }

    @Test
    void refusesSamplesWithoutATimeForEachValue() {
        byte[] bytes = HexFormat.of().parseHex("0a110a0f0a03612f62" + "1a08000000000000f83f");
        assertThatThrownBy(() -> StreamCodec.decode(bytes)).hasMessageContaining("expected as many times as values but were 0 and 1");
    }
}
