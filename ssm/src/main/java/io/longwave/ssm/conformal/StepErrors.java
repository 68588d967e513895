package io.longwave.ssm.conformal;

import java.nio.ByteBuffer;

/** How large the one-step errors of a series usually are, how rare larger ones, and how often the bands held. */
public final class StepErrors {
    /** Bytes {@link #write} puts. */
    public static final int BYTES = Long.BYTES + Double.BYTES + Integer.BYTES + TailCalibrator.BYTES + CoverageTracker.BYTES;

    private static final double SMALLEST_SIZE = 0x1p-30;
    private static final double OUTLIER = 10;
    private static final double SIZE_MEMORY = 256;
    /** Errors that the first guess of their size is worth. */
    private static final int GUESS_WORTH = 8;

    private final TailCalibrator calibrator;
    private final CoverageTracker coverage;
    private final double sizeGain;
    private long seen;
    private double size;
    private int outliersInARow;

    /** For a series of which little is known: it may change its ways. */
    public StepErrors() {
        this(SIZE_MEMORY, TailCalibrator.MEMORY);
    }

    /**
     * @param sizeMemory errors that their size is learned from, about
     * @param memory errors that are remembered of how rare they are, about
     */
    public StepErrors(double sizeMemory, double memory) {
        this(new TailCalibrator(TailCalibrator.Prior.HEAVY, memory), new CoverageTracker(), 1 / sizeMemory);
    }

    private StepErrors(TailCalibrator calibrator, CoverageTracker coverage, double sizeGain) {
        this.sizeGain = sizeGain;
        this.calibrator = calibrator;
        this.coverage = coverage;
    }

    public StepErrors copy() {
        StepErrors copy = new StepErrors(calibrator.copy(), coverage.copy(), sizeGain);
        copy.restore(seen, size, outliersInARow);
        return copy;
    }

    /** Errors learned from. */
    public long seen() {
        return seen;
    }

    /** Usual size of an error, in the unit of the errors. */
    public double size() {
        return size;
    }

    /** The same, never so small that nothing could be divided by it. */
    public double scale() {
        return Math.max(size, SMALLEST_SIZE);
    }

    /**
     * The same of an error after steps at which there was no value: wider, as far as forecasts that far ahead are.
     *
     * @param bands of the same series
     */
    public double scaleAfter(int missing, HorizonBands bands) {
        if (missing == 0) {
            return scale();
        }
        double median = halfWidth(0.5);
        return scale() * Math.max(1, bands.halfWidth(missing + 1, 0.5, median) / Math.max(median, SMALLEST_SIZE));
    }

    /** Half-width of the band one step ahead. */
    public double halfWidth(double level) {
        return calibrator.body().quantile(level) * size;
    }

    public int outliersInARow() {
        return outliersInARow;
    }

    /** Errors divided by {@link #scale()}. */
    public TailCalibrator calibrator() {
        return calibrator;
    }

    public CoverageTracker coverage() {
        return coverage;
    }

    /** What their size may be, before there is one. */
    public void guess(double usual) {
        size = usual;
    }

    /** Counts whether an error that nothing is to be learned from was inside the bands. */
    public void count(double absoluteError) {
        coverage.observe(absoluteError / scale(), calibrator.body());
    }

    /** Learns from an error. */
    public void observe(double absoluteError) {
        double scale = scale();
        double surprise = absoluteError / scale;
        coverage.observe(surprise, calibrator.body());
        calibrator.observe(surprise);
        // an outlier counts as 10 sizes; the bound doubles with each further one in a row, so that a new size is accepted after a few
        double harmless = Math.min(absoluteError, Math.scalb(OUTLIER * scale, Math.min(outliersInARow, 60)));
        outliersInARow = surprise > OUTLIER ? outliersInARow + 1 : 0;
        size += Math.max(1.0 / (seen + GUESS_WORTH + 1), sizeGain) * (harmless - size);
        seen++;
    }

    /** What these said of themselves, for those who write them in an order of their own. */
    public void restore(long seen, double size, int outliersInARow) {
        this.seen = seen;
        this.size = size;
        this.outliersInARow = outliersInARow;
    }

    public void write(ByteBuffer out) {
        out.putLong(seen).putDouble(size).putInt(outliersInARow);
        calibrator.write(out);
        coverage.write(out);
    }

    public void read(ByteBuffer in) {
        restore(in.getLong(), in.getDouble(), in.getInt());
        calibrator.read(in);
        coverage.read(in);
    }
}
