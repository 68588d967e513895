package io.longwave.train.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How often each class was taken for which, and what follows from it.
 *
 * <p>TP, FN and FP of a class c are its diagonal cell, the rest of its row and the rest of its column. A class without rows in the test part has no
 * sensitivity and counts in no mean; a class that has rows but was never given has positive predictivity and F1 0.
 *
 * @param classes C names
 * @param counts [C][C], rows the true class, columns the one given; read only
 */
@SuppressWarnings("ArrayRecordComponent") // matrices are printed, never compared
public record ConfusionMatrix(List<String> classes, long[][] counts) {

    public ConfusionMatrix {
        classes = List.copyOf(classes);
        if (counts.length != classes.size()) {
            throw new IllegalArgumentException("expected " + classes.size() + " rows of counts but was " + counts.length);
        }
        for (long[] row : counts) {
            if (row.length != classes.size()) {
                throw new IllegalArgumentException("expected " + classes.size() + " counts in every row but was " + row.length);
            }
        }
    }

    /** Counts pairs of true and given label, each an index into the classes. */
    public static ConfusionMatrix of(List<String> classes, int[] labels, int[] given) {
        if (labels.length != given.length) {
            throw new IllegalArgumentException(
                    "expected as many given labels as true ones, " + labels.length + ", but was " + given.length);
        }
        long[][] counts = new long[classes.size()][classes.size()];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]][given[i]]++;
        }
        return new ConfusionMatrix(classes, counts);
    }

    /** Counts what was given to sequences. */
    public static ConfusionMatrix of(List<String> classes, List<LabelledSequence> sequences, int[] given) {
        return of(classes, sequences.stream().mapToInt(LabelledSequence::label).toArray(), given);
    }

    public long total() {
        long sum = 0;
        for (int c = 0; c < classes.size(); c++) {
            sum += support(c);
        }
        return sum;
    }

    /** Rows whose true class this is. */
    public long support(int c) {
        long sum = 0;
        for (long count : counts[c]) {
            sum += count;
        }
        return sum;
    }

    /** Rows this class was given to. */
    public long given(int c) {
        long sum = 0;
        for (long[] row : counts) {
            sum += row[c];
        }
        return sum;
    }

    /** Share of rows given their class. */
    public double accuracy() {
        long hits = 0;
        for (int c = 0; c < classes.size(); c++) {
            hits += counts[c][c];
        }
        return (double) hits / total();
    }

    /** Mean sensitivity of the classes that have rows. */
    public double balancedAccuracy() {
        return judged().stream().mapToDouble(this::sensitivity).average().orElse(Double.NaN);
    }

    /** Mean F1 of the classes that have rows. */
    public double macroF1() {
        return judged().stream().mapToDouble(this::f1).average().orElse(Double.NaN);
    }

    /** TP / (TP + FN), also called recall; NaN for a class without rows. */
    public double sensitivity(int c) {
        return (double) counts[c][c] / support(c);
    }

    /** TP / (TP + FP), also called precision; 0 for a class that was never given. */
    public double positivePredictivity(int c) {
        return given(c) == 0 ? 0 : (double) counts[c][c] / given(c);
    }

    /** 2 TP / (2 TP + FP + FN); NaN for a class without rows. */
    public double f1(int c) {
        return support(c) == 0 ? Double.NaN : 2.0 * counts[c][c] / (support(c) + given(c));
    }

    /** The matrix with sensitivity, positive predictivity and F1 beside each class, and the means below; lines ended by LF. */
    public String table() {
        List<String[]> rows = new ArrayList<>();
        int n = classes.size();
        String[] head = new String[n + 5];
        head[0] = "true \\ given";
        for (int c = 0; c < n; c++) {
            head[c + 1] = classes.get(c);
        }
        head[n + 1] = "rows";
        head[n + 2] = "sensitivity";
        head[n + 3] = "pos. predictivity";
        head[n + 4] = "F1";
        rows.add(head);
        for (int c = 0; c < n; c++) {
            String[] row = new String[n + 5];
            row[0] = classes.get(c);
            for (int g = 0; g < n; g++) {
                row[g + 1] = Long.toString(counts[c][g]);
            }
            row[n + 1] = Long.toString(support(c));
            row[n + 2] = share(sensitivity(c));
            row[n + 3] = share(positivePredictivity(c));
            row[n + 4] = share(f1(c));
            rows.add(row);
        }
        return aligned(rows) + "accuracy " + share(accuracy()) + ", balanced accuracy " + share(balancedAccuracy()) + ", macro F1 "
                + share(macroF1()) + " over " + String.join(", ", judged().stream().map(classes::get).toList()) + "\n";
    }

    private List<Integer> judged() {
        List<Integer> judged = new ArrayList<>();
        for (int c = 0; c < classes.size(); c++) {
            if (support(c) > 0) {
                judged.add(c);
            }
        }
        return judged;
    }

    private static String aligned(List<String[]> rows) {
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                int at = column;
                int width = rows.stream().mapToInt(r -> r[at].length()).max().orElse(0);
                String pad = " ".repeat(width - row[column].length());
                text.append(column == 0 ? row[column] + pad : "  " + pad + row[column]);
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String share(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }
}
