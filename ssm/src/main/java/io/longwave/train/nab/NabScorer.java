package io.longwave.train.nab;

import java.util.Arrays;
import java.util.List;

/** Scores one detector over a corpus. */
public final class NabScorer {
    private static final double LARGEST_PROBATION = 750;
    private static final double PROBATION_SHARE = 0.15;

    private final NabProfile profile;

    public NabScorer(NabProfile profile) {
        this.profile = profile;
    }

    /**
     * Labelled window.
     *
     * @param first first row inside, from 0
     * @param last last row inside
     */
    public record Window(int first, int last) {
        public Window {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("window: expected 0 <= first <= last but was " + first + ", " + last);
            }
        }
    }

    /**
     * What a detector said about one file.
     *
     * @param scores one per row, [n]
     * @param windows ascending, apart
     */
    public record Scored(double[] scores, List<Window> windows) {}

    /**
     * Score of a corpus.
     *
     * @param normalised 100 for perfection, 0 for silence
     * @param threshold rows at or above it are detections
     */
    public record Result(double normalised, double threshold, int windowsFound, int windows, long falseAlarms) {}

    /** Number of first rows that are not scored. */
    public static int probation(int rows) {
        return (int) Math.min(Math.floor(PROBATION_SHARE * rows), LARGEST_PROBATION);
    }

    /** Score with rows at or above this threshold as detections. */
    public Result at(double threshold, List<Scored> corpus) {
        double raw = 0;
        int windows = 0;
        int found = 0;
        long falseAlarms = 0;
        for (Scored file : corpus) {
            windows += file.windows().size();
            boolean[] seen = new boolean[file.windows().size()];
            for (int row = probation(file.scores().length); row < file.scores().length; row++) {
                if (file.scores()[row] >= threshold) {
                    int window = windowOf(row, file.windows());
                    if (window < 0) {
                        raw += profile.falsePositive * outside(row, file.windows());
                        falseAlarms++;
                    } else if (!seen[window]) {
                        seen[window] = true;
                        found++;
                        raw += profile.truePositive * inside(row, file.windows().get(window));
                    }
                }
            }
            for (boolean hit : seen) {
                raw -= hit ? 0 : profile.falseNegative;
            }
        }
        return new Result(normalised(raw, windows), threshold, found, windows, falseAlarms);
    }

    /** Score with the threshold that suits these labels best, as the benchmark does it: an optimistic number. */
    public Result best(List<Scored> corpus) {
        // One pass over all rows from the highest score down. A lower threshold only adds detections; in a window the earliest row counts.
        int rows = corpus.stream().mapToInt(file -> file.scores().length - probation(file.scores().length)).sum();
        Detection[] detections = new Detection[rows];
        int windows = 0;
        int k = 0;
        for (Scored file : corpus) {
            for (int row = probation(file.scores().length); row < file.scores().length; row++) {
                int window = windowOf(row, file.windows());
                double worth = window < 0
                        ? profile.falsePositive * outside(row, file.windows())
                        : profile.truePositive * inside(row, file.windows().get(window));
                detections[k++] = new Detection(file.scores()[row], window < 0 ? -1 : windows + window, worth);
            }
            windows += file.windows().size();
        }
        Arrays.sort(detections, (a, b) -> Double.compare(b.score, a.score));
        double[] worthOfWindow = new double[windows];
        Arrays.fill(worthOfWindow, -profile.falseNegative);
        double raw = -profile.falseNegative * windows;
        double bestRaw = raw;
        double bestThreshold = Double.POSITIVE_INFINITY;
        for (int i = 0; i < rows; i++) {
            Detection detection = detections[i];
            if (detection.window < 0) {
                raw += detection.worth;
            } else if (detection.worth > worthOfWindow[detection.window]) {
                raw += detection.worth - worthOfWindow[detection.window];
                worthOfWindow[detection.window] = detection.worth;
            }
            boolean tied = i + 1 < rows && detections[i + 1].score == detection.score;
            if (!tied && raw > bestRaw) {
                bestRaw = raw;
                bestThreshold = detection.score;
            }
        }
        return at(bestThreshold, corpus);
    }

    private record Detection(double score, int window, double worth) {}

    /** Worth of a detection in a window: 1 at its first row, about 0 at its last. */
    static double inside(int row, Window window) {
        double x = -(window.last() - row + 1.0) / (window.last() - window.first() + 1.0);
        return curve(x) / curve(-1);
    }

    /** Worth of a detection outside: about 0 just after a window, -1 far behind one or before the first. */
    static double outside(int row, List<Window> windows) {
        Window before = null;
        for (Window window : windows) {
            if (window.last() < row) {
                before = window;
            }
        }
        if (before == null || before.last() == before.first()) {
            return -1;
        }
        double x = (row - before.last()) / (double) (before.last() - before.first());
        return x > 3 ? -1 : curve(x);
    }

    private static double curve(double x) {
        return 2 / (1 + Math.exp(5 * x)) - 1;
    }

    private static int windowOf(int row, List<Window> windows) {
        for (int i = 0; i < windows.size(); i++) {
            if (row >= windows.get(i).first() && row <= windows.get(i).last()) {
                return i;
            }
        }
        return -1;
    }

    private double normalised(double raw, int windows) {
        double silence = -profile.falseNegative * windows;
        double perfect = profile.truePositive * windows;
        return windows == 0 ? 0 : 100 * (raw - silence) / (perfect - silence);
    }
}
