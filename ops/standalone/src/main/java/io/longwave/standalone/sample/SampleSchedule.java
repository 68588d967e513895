package io.longwave.standalone.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where on the clock a signal's samples lie: sample i at {@code begin + i * step}. The begin is fixed at the first start, one loop before it, so
 * that the page has something to show at once; after that the clock alone decides what is due.
 */
final class SampleSchedule {

    private final SampleSignal signal;
    private final long beginNanos;
    private long cachedNumber = -1;
    private SampleSignal.@Nullable Loop cached;

    SampleSchedule(SampleSignal signal, long beginNanos) {
        this.signal = signal;
        this.beginNanos = beginNanos;
    }

    /** Begin of a signal that is sent for the first time now: a loop back, on a whole second. */
    static long firstBegin(SampleSignal signal, long nowNanos) {
        long second = Duration.ofSeconds(1).toNanos();
        return nowNanos / second * second - signal.step().toNanos() * signal.loopLength();
    }

    SampleSignal signal() {
        return signal;
    }

    long beginNanos() {
        return beginNanos;
    }

    /** Index of the first sample that is not due yet. */
    long due(long nowNanos) {
        return nowNanos < beginNanos ? 0 : (nowNanos - beginNanos) / signal.step().toNanos() + 1;
    }

    /**
     * Where to go on: after the last sample that was sent. After a stop longer than a loop the samples in between were never measured: one loop
     * is made up for, the rest stays a gap.
     *
     * @param next index after the last sample known to be in the stream
     */
    long resume(long next, long nowNanos) {
        return Math.max(next, due(nowNanos) - signal.loopLength());
    }

    long time(long index) {
        return beginNanos + index * signal.step().toNanos();
    }

    /** Values of one sample, one for each field. */
    double[] values(long index) {
        int length = signal.loopLength();
        SampleSignal.Loop loop = loop(index / length);
        int at = (int) (index % length);
        double[] values = new double[loop.values().length];
        for (int f = 0; f < values.length; f++) {
            values[f] = loop.values()[f][at];
        }
        return values;
    }

    /** A fault on the clock, in nanoseconds since the epoch. */
    record Label(SampleSignal signal, SampleSignal.Fault fault, long firstNanos, long lastNanos) {}

    /** Every fault whose first sample is due. */
    List<Label> labels(long nowNanos) {
        List<Label> labels = new ArrayList<>();
        long due = due(nowNanos);
        for (long number = 0; number * signal.loopLength() < due; number++) {
            long base = number * signal.loopLength();
            for (SampleSignal.Fault fault : signal.loop(number).faults()) {
                if (base + fault.first() < due) {
                    labels.add(new Label(signal, fault, time(base + fault.first()), time(base + fault.last())));
                }
            }
        }
        return labels;
    }

    private SampleSignal.Loop loop(long number) {
        SampleSignal.Loop loop = cached;
        if (loop == null || number != cachedNumber) {
            loop = signal.loop(number);
            cached = loop;
            cachedNumber = number;
        }
        return loop;
    }
}
