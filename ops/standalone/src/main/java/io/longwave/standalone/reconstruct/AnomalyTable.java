package io.longwave.standalone.reconstruct;

import io.longwave.train.anomaly.AnomalyScores;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results of detectors over series, with the mean of each detector below. */
final class AnomalyTable {

    private static final int LEAST_WIDTH = 24;

    private final Map<String, List<AnomalyScores>> byDetector = new LinkedHashMap<>();

    void add(String detector, AnomalyScores scores) {
        byDetector.computeIfAbsent(detector, name -> new ArrayList<>()).add(scores);
    }

    /** Means by detector. */
    Map<String, AnomalyScores> means() {
        Map<String, AnomalyScores> means = new LinkedHashMap<>();
        byDetector.forEach((detector, all) -> means.put(detector, AnomalyScores.mean(all)));
        return means;
    }

    /** Prints every series, detectors of one below each other, and the means where there are several series. */
    void print(PrintWriter out) {
        List<AnomalyScores> lines = new ArrayList<>();
        int series = byDetector.values().stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < series; i++) {
            for (List<AnomalyScores> all : byDetector.values()) {
                if (i < all.size()) {
                    lines.add(all.get(i));
                }
            }
        }
        if (series > 1) {
            means().forEach((detector, mean) -> lines.add(renamed(mean, detector + ", " + mean.name())));
        }
        int width = Math.max(LEAST_WIDTH, lines.stream().mapToInt(line -> line.name().length()).max().orElse(0));
        out.println(AnomalyScores.head(width));
        lines.forEach(line -> out.println(line.line(width)));
        out.flush();
    }

    private static AnomalyScores renamed(AnomalyScores scores, String name) {
        return new AnomalyScores(name, scores.rows(), scores.chance(), scores.aucPr(), scores.bestF1(), scores.f1(), scores.adjusted20(),
                scores.pointAdjusted(), scores.rangeAucPr(), scores.vusPr(), scores.threshold(), scores.alarms());
    }
}
