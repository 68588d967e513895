package io.longwave.model.forecast;

import io.longwave.series.PredictionInterval;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a model says of the future, as answers carry it. */
final class Intervals {
    private Intervals() {}

    /** One interval for each level, none where the model gave none. */
    static List<PredictionInterval> of(Outlook outlook, double[] levels) {
        List<PredictionInterval> intervals = new ArrayList<>();
        for (int k = 0; k < outlook.lower().length; k++) {
            double coverage = outlook.achievedCoverage()[k];
            intervals.add(new PredictionInterval(levels[k], boxed(outlook.lower()[k]), boxed(outlook.upper()[k]),
                    Double.isNaN(coverage) ? null : coverage));
        }
        return intervals;
    }

    /** Expected values, [H]. */
    static List<Double> mean(Outlook outlook) {
        return boxed(outlook.mean());
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
