package io.longwave.model.forecast;

import io.longwave.model.problem.RequestProblem;
import io.longwave.series.PredictionInterval;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.http.HttpStatus;

/** What a model says of the future, as answers carry it. */
public final class Intervals {
    private Intervals() {}

    /**
     * The levels of a request.
     *
     * @throws RequestProblem if one is no probability
     */
    public static double[] levels(List<Double> asked) {
        for (double level : asked) {
            if (!(level > 0 && level < 1)) {
                throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-level",
                        "interval level: expected a number between 0 and 1 but was " + level);
            }
        }
        return asked.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** One interval for each level, none where the model gave none. */
    public static List<PredictionInterval> of(Outlook outlook, double[] levels) {
        List<PredictionInterval> intervals = new ArrayList<>();
        for (int k = 0; k < outlook.lower().length; k++) {
            double coverage = outlook.achievedCoverage()[k];
            intervals.add(new PredictionInterval(levels[k], boxed(outlook.lower()[k]), boxed(outlook.upper()[k]),
                    Double.isNaN(coverage) ? null : coverage));
        }
        return intervals;
    }

    /** Expected values, [H]. */
    public static List<Double> mean(Outlook outlook) {
        return boxed(outlook.mean());
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
