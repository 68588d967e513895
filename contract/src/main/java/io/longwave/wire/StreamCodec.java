package io.longwave.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.longwave.series.DeclaredKind;
import io.longwave.series.SeriesKind;
import io.longwave.wire.StreamMessage.ChooseKind;
import io.longwave.wire.StreamMessage.Forget;
import io.longwave.wire.StreamMessage.Promote;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamMessage.Watch;
import io.longwave.wire.proto.Control;
import io.longwave.wire.proto.PromoteModel;
import io.longwave.wire.proto.SampleBatch;
import io.longwave.wire.proto.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes of a record on {@link Topics#SAMPLES}, both ways. */
public final class StreamCodec {
    private StreamCodec() {}

    /** Bytes of the message. */
    public static byte[] encode(StreamMessage message) {
        return switch (message) {
            case Samples samples -> encodeSamples(samples);
            case Promote promote -> control(Control.newBuilder().setSeries(promote.series())
                    .setPromote(PromoteModel.newBuilder().setModel(promote.model())));
            case Watch watch -> control(Control.newBuilder().setSeries(watch.series())
                    .setWatch(io.longwave.wire.proto.Watch.newBuilder().setWatched(watch.watched()).setHorizon(watch.horizon())));
            case Forget forget -> {
                var change = io.longwave.wire.proto.Forget.newBuilder();
                if (forget.lastTimeNanos() != null) {
                    change.setLastTime(forget.lastTimeNanos());
                }
                yield control(Control.newBuilder().setSeries(forget.series()).setForget(change));
            }
            case ChooseKind choose -> control(Control.newBuilder().setSeries(choose.series())
                    .setChooseKind(io.longwave.wire.proto.ChooseKind.newBuilder().setKind(chosen(choose.kind()))));
        };
    }

    /**
     * Reads a record's value.
     *
     * @throws UndecodableRecordException if the bytes are no such message, or the message has no body
     */
    public static StreamMessage decode(byte[] bytes) {
        StreamRecord record;
        try {
            record = StreamRecord.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new UndecodableRecordException("expected a longwave.stream.v1.StreamRecord: " + e.getMessage(), e);
        }
        return switch (record.getBodyCase()) {
            case SAMPLES -> samples(record.getSamples());
            case CONTROL -> control(record.getControl());
            case BODY_NOT_SET -> throw new UndecodableRecordException("expected samples or a control record but the body is empty", null);
        };
    }

    private static byte[] encodeSamples(Samples samples) {
        SampleBatch.Builder batch = SampleBatch.newBuilder();
        for (SeriesSamples series : samples.series()) {
            var builder = batch.addSeriesBuilder().setKey(series.key()).setKind(declared(series.kind()));
            for (long time : series.timeNanos()) {
                builder.addTimeNanos(time);
            }
            for (double value : series.values()) {
                builder.addValue(value);
            }
        }
        return StreamRecord.newBuilder().setSamples(batch).build().toByteArray();
    }

    private static byte[] control(Control.Builder control) {
        return StreamRecord.newBuilder().setControl(control).build().toByteArray();
    }

    private static Samples samples(SampleBatch batch) {
        List<SeriesSamples> all = new ArrayList<>(batch.getSeriesCount());
        for (var series : batch.getSeriesList()) {
            int count = series.getTimeNanosCount();
            if (count != series.getValueCount()) {
                throw new UndecodableRecordException(
                        "samples of \"" + series.getKey() + "\": expected as many times as values but were " + count
                                + " and " + series.getValueCount(),
                        null);
            }
            long[] times = new long[count];
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                times[i] = series.getTimeNanos(i);
                values[i] = series.getValue(i);
            }
            all.add(new SeriesSamples(series.getKey(), times, values, declared(series.getKind())));
        }
        return new Samples(all);
    }

    private static StreamMessage control(Control control) {
        return switch (control.getChangeCase()) {
            case PROMOTE -> new Promote(control.getSeries(), control.getPromote().getModel());
            case WATCH -> new Watch(control.getSeries(), control.getWatch().getWatched(), control.getWatch().getHorizon());
            case FORGET -> new Forget(control.getSeries(),
                    control.getForget().hasLastTime() ? control.getForget().getLastTime() : null);
            case CHOOSE_KIND -> new ChooseKind(control.getSeries(), chosen(control));
            case CHANGE_NOT_SET -> throw new UndecodableRecordException(
                    "control record of \"" + control.getSeries() + "\": expected a change but found none", null);
        };
    }

    private static io.longwave.wire.proto.DeclaredKind declared(@Nullable DeclaredKind kind) {
        return switch (kind) {
            case null -> io.longwave.wire.proto.DeclaredKind.DECLARED_KIND_UNSPECIFIED;
            case GAUGE -> io.longwave.wire.proto.DeclaredKind.DECLARED_KIND_GAUGE;
            case COUNTER -> io.longwave.wire.proto.DeclaredKind.DECLARED_KIND_COUNTER;
            case COUNTER_BY_NAME -> io.longwave.wire.proto.DeclaredKind.DECLARED_KIND_COUNTER_BY_NAME;
        };
    }

    private static io.longwave.wire.proto.SeriesKind chosen(@Nullable SeriesKind kind) {
        return switch (kind) {
            case null -> io.longwave.wire.proto.SeriesKind.SERIES_KIND_UNSPECIFIED;
            case GAUGE -> io.longwave.wire.proto.SeriesKind.SERIES_KIND_GAUGE;
            case COUNTER -> io.longwave.wire.proto.SeriesKind.SERIES_KIND_COUNTER;
        };
    }

    /** A kind that was added later says nothing here. */
    private static @Nullable DeclaredKind declared(io.longwave.wire.proto.DeclaredKind kind) {
        return switch (kind) {
            case DECLARED_KIND_GAUGE -> DeclaredKind.GAUGE;
            case DECLARED_KIND_COUNTER -> DeclaredKind.COUNTER;
            case DECLARED_KIND_COUNTER_BY_NAME -> DeclaredKind.COUNTER_BY_NAME;
            case DECLARED_KIND_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    private static @Nullable SeriesKind chosen(Control control) {
        return switch (control.getChooseKind().getKind()) {
            case SERIES_KIND_GAUGE -> SeriesKind.GAUGE;
            case SERIES_KIND_COUNTER -> SeriesKind.COUNTER;
            case SERIES_KIND_UNSPECIFIED -> null;
            case UNRECOGNIZED -> throw new UndecodableRecordException("control record of \"" + control.getSeries()
                    + "\": expected gauge, counter or unspecified but found kind " + control.getChooseKind().getKindValue(), null);
        };
    }
}
