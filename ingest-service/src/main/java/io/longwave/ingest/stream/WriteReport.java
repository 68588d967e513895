package io.longwave.ingest.stream;

import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.Series;
import java.util.ArrayList;
import java.util.List;

/** What became of the lines of one request: samples go into the batch, refused lines are kept up to a limit and counted beyond it. */
public final class WriteReport implements PointSink {
    /** Refused lines named in an answer. */
    public static final int NAMED_LINES = 100;

    private static final int NAMED_TEXT = 256;

    private final SampleBatch batch;
    private final InFlightBytes.Share share;
    private final int maxKept;
    private final List<RefusedLine> kept = new ArrayList<>();
    private final long[] skipped = new long[SkippedKind.values().length];
    private final long[] refused = new long[Refusal.values().length];
    private long refusedLines;
    private long unparsableLines;
    private int firstUnparsable;
    private long goodLines;
    private long samples;

    /**
     * @param share of the request; grows with what is kept
     * @param maxDeadLetters refused lines that are kept as dead letters
     */
    public WriteReport(SampleBatch batch, InFlightBytes.Share share, int maxDeadLetters) {
        this.batch = batch;
        this.share = share;
        this.maxKept = maxDeadLetters;
    }

    @Override
    public void sample(Series series, long timeNanos, double value) {
        batch.add(series, timeNanos, value);
        samples++;
    }

    @Override
    public void skipped(SkippedKind kind, int count) {
        skipped[kind.ordinal()] += count;
    }

    @Override
    public void point() {
        goodLines++;
    }

    @Override
    public void refused(int line, Refusal refusal, Evidence evidence) {
        refused[refusal.ordinal()]++;
        refusedLines++;
        if (refusal.unparsable() && unparsableLines++ == 0) {
            firstUnparsable = line;
        }
        // The answer names its lines even when none is kept as dead letter.
        if (kept.size() < Math.max(maxKept, NAMED_LINES)) {
            share.grow(4L * RefusedLine.TEXT_LIMIT);
            kept.add(evidence.describe());
        }
    }

    /** Lines that gave samples, or would have but for fields that carry no number. */
    public long goodLines() {
        return goodLines;
    }

    /** Numbers of good lines. */
    public long samples() {
        return samples;
    }

    /** Parts of good lines that were not stored. */
    public long skipped(SkippedKind kind) {
        return skipped[kind.ordinal()];
    }

    long refused(Refusal refusal) {
        return refused[refusal.ordinal()];
    }

    /** Lines that gave no sample. */
    public long refusedLines() {
        return refusedLines;
    }

    /** Refused lines outside the grammar. */
    public long unparsableLines() {
        return unparsableLines;
    }

    /** Number of the first line outside the grammar, from 1. */
    public int firstUnparsable() {
        return firstUnparsable;
    }

    /** Refused lines to be kept as dead letters. */
    public List<RefusedLine> deadLetters() {
        return kept.subList(0, Math.min(kept.size(), maxKept));
    }

    long omittedDeadLetters() {
        return refusedLines - deadLetters().size();
    }

    /**
     * One line per refused line, up to {@value #NAMED_LINES}, and how many more there are.
     *
     * @param unit what the protocol calls a line
     */
    public String reasons(String unit) {
        StringBuilder text = new StringBuilder();
        for (RefusedLine line : kept.subList(0, Math.min(kept.size(), NAMED_LINES))) {
            String shown = line.text();
            if (shown.length() > NAMED_TEXT) {
                shown = shown.substring(0, shown.offsetByCodePoints(0, shown.codePointCount(0, NAMED_TEXT))) + "…";
            }
            text.append(line.refusal().unparsable() ? "unable to parse '" : "unable to keep '").append(shown).append("': ").append(unit)
                    .append(' ')
                    .append(line.line()).append(": ").append(line.detail()).append('\n');
        }
        if (refusedLines > NAMED_LINES) {
            text.append("and ").append(refusedLines - NAMED_LINES).append(" more\n");
        }
        return text.toString();
    }
}
