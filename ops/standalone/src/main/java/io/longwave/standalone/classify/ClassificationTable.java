package io.longwave.standalone.classify;

import io.longwave.train.classify.ConfusionMatrix;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Test results of classifiers and baselines below each other, and as JSON. */
final class ClassificationTable {

    /** Larger matrices are not for a terminal. */
    private static final int LARGEST_MATRIX = 12;

    private record Row(String name, ConfusionMatrix test, @Nullable ConfusionMatrix validation) {}

    private final List<Row> rows = new ArrayList<>();

    void add(String name, ConfusionMatrix test, @Nullable ConfusionMatrix validation) {
        rows.add(new Row(name, test, validation));
    }

    void print(PrintWriter out) {
        int width = Math.max(10, rows.stream().mapToInt(row -> row.name().length()).max().orElse(0));
        out.printf(Locale.ROOT, "%-" + width + "s  %8s  %8s  %8s  %22s%n", "test", "accuracy", "balanced", "macro F1",
                "validation acc., F1");
        for (Row row : rows) {
            out.printf(Locale.ROOT, "%-" + width + "s  %8.4f  %8.4f  %8.4f  %22s%n", row.name(), row.test().accuracy(),
                    row.test().balancedAccuracy(), row.test().macroF1(),
                    row.validation() == null
                            ? ""
                            : String.format(Locale.ROOT, "%.4f, %.4f", row.validation().accuracy(), row.validation().macroF1()));
        }
        out.flush();
    }

    /** Prints the matrix of one result where it is small enough to read. */
    static void printMatrix(PrintWriter out, ConfusionMatrix confusion) {
        if (confusion.classes().size() <= LARGEST_MATRIX) {
            out.print(confusion.table());
            out.flush();
        }
    }

    static ObjectNode json(ConfusionMatrix confusion) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("accuracy", confusion.accuracy()).put("balancedAccuracy", confusion.balancedAccuracy()).put("macroF1",
                confusion.macroF1());
        ObjectNode classes = json.putObject("classes");
        for (int c = 0; c < confusion.classes().size(); c++) {
            classes.putObject(confusion.classes().get(c)).put("rows", confusion.support(c)).put("sensitivity", confusion.sensitivity(c))
                    .put("positivePredictivity", confusion.positivePredictivity(c)).put("f1", confusion.f1(c));
        }
        json.set("counts", JsonMapper.shared().valueToTree(confusion.counts()));
        return json;
    }
}
