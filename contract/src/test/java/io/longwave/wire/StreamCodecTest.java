package io.longwave.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.series.DeclaredKind;
import io.longwave.series.SeriesKind;
import io.longwave.wire.StreamMessage.ChooseKind;
import io.longwave.wire.StreamMessage.Forget;
import io.longwave.wire.StreamMessage.Promote;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamMessage.Watch;
import io.longwave.wire.proto.Control;
import io.longwave.wire.proto.SampleBatch;
import io.longwave.wire.proto.StreamRecord;
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
    void samplesMaySayWhatTheirSeriesIs() {
        for (DeclaredKind kind : new DeclaredKind[]{null, DeclaredKind.GAUGE, DeclaredKind.COUNTER, DeclaredKind.COUNTER_BY_NAME}) {
            Samples samples = new Samples(List.of(new SeriesSamples("t/b/m#f", new long[]{1}, new double[]{2}, kind)));
            assertThat(((Samples) StreamCodec.decode(StreamCodec.encode(samples))).series().getFirst().kind()).isEqualTo(kind);
        }
    }

    @Test
    void ofAKindThatIsNotKnownSamplesAreKeptAndADecisionIsRefused() {
        byte[] samples = StreamRecord.newBuilder()
                .setSamples(SampleBatch.newBuilder().addSeries(io.longwave.wire.proto.SeriesSamples.newBuilder().setKey("t/b/m#f")
                        .addTimeNanos(1).addValue(2).setKindValue(9)))
                .build().toByteArray();
        SeriesSamples read = ((Samples) StreamCodec.decode(samples)).series().getFirst();
        assertThat(read.kind()).isNull();
        assertThat(read.values()).containsExactly(2);
        byte[] control = StreamRecord.newBuilder().setControl(Control.newBuilder().setSeries("t/b/m#f")
                .setChooseKind(io.longwave.wire.proto.ChooseKind.newBuilder().setKindValue(9))).build().toByteArray();
        assertThatThrownBy(() -> StreamCodec.decode(control))
                .hasMessageContaining("expected gauge, counter or unspecified but found kind 9");
    }

    @Test
    void controlRecordsComeBack() {
        assertThat(StreamCodec.decode(StreamCodec.encode(new Promote("t/b/m#f", "spacetime-1"))))
                .isEqualTo(new Promote("t/b/m#f", "spacetime-1"));
        for (Long lastTime : new Long[]{null, 0L, Long.MIN_VALUE, 17L}) {
            assertThat(StreamCodec.decode(StreamCodec.encode(new Forget("t/b/m#f", lastTime))))
                    .isEqualTo(new Forget("t/b/m#f", lastTime));
        }
        for (SeriesKind kind : new SeriesKind[]{null, SeriesKind.GAUGE, SeriesKind.COUNTER}) {
            assertThat(StreamCodec.decode(StreamCodec.encode(new ChooseKind("t/b/m#f", kind)))).isEqualTo(new ChooseKind("t/b/m#f", kind));
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
