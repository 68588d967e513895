package io.longwave.standalone.classify;

import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.ConfusionMatrix;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.MajorityClass;
import io.longwave.train.classify.NearestNeighbour;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The naive answers every classifier is judged beside; they choose nothing, so training and validation are both theirs to learn from. Work is bounded:
 * where it would take too long only every k-th sequence is compared with, which the name says, and where little would be left none.
 */
final class ClassifierBaselines {

    /** Differences taken at most, some tens of seconds. */
    private static final double BUDGET = 3e10;
    private static final int LARGEST_STRIDE = 50;

    private ClassifierBaselines() {}

    /** Test results by name. */
    static Map<String, ConfusionMatrix> on(ClassificationData data) {
        List<LabelledSequence> known = new ArrayList<>(data.train());
        known.addAll(data.validation());
        known.removeIf(LabelledSequence::made); // what helps a network to learn is no help to be measured against
        double length = data.longest();
        Map<String, ConfusionMatrix> results = new LinkedHashMap<>();
        results.put("majority", ConfusionMatrix.of(data.classes(), data.test(), MajorityClass.fit(known).classify(data.test())));
        nearest("1-NN Euclidean", length, known, data, NearestNeighbour::euclidean, results);
        nearest("1-NN DTW", length * length, known, data, NearestNeighbour::dynamicTimeWarping, results);
        return results;
    }

    private static void nearest(String name, double steps, List<LabelledSequence> known, ClassificationData data,
            Function<List<LabelledSequence>, NearestNeighbour> method, Map<String, ConfusionMatrix> results) {
        double work = steps * data.channels() * known.size() * data.test().size();
        int stride = (int) Math.min(LARGEST_STRIDE + 1.0, Math.max(1, Math.ceil(work / BUDGET)));
        if (stride > LARGEST_STRIDE) {
            return;
        }
        List<LabelledSequence> some = IntStream.range(0, known.size()).filter(i -> i % stride == 0).mapToObj(known::get).toList();
        results.put(stride == 1 ? name : name + " to 1 of " + stride,
                ConfusionMatrix.of(data.classes(), data.test(), method.apply(some).classify(data.test())));
    }
}
