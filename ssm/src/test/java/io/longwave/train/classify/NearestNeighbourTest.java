package io.longwave.train.classify;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.train.classify.NearestNeighbour.Distance;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestNeighbourTest {

    private static LabelledSequence sequence(int label, float... values) {
        return new LabelledSequence(values, values.length, label, "");
    }

    @Test
    void euclideanDistanceGoesOnWithZerosWhereOneIsShorter() {
        assertThat(Distance.EUCLIDEAN.between(sequence(0, 1, 2), sequence(0, 1, 4, 3), Double.POSITIVE_INFINITY)).isEqualTo(4 + 9);
    }

    @Test
    void warpingStretchesWhatIsSlower() {
        LabelledSequence fast = sequence(0, 0, 1, 2, 1, 0);
        LabelledSequence slow = sequence(0, 0, 0, 1, 1, 2, 2, 1, 1, 0, 0);
        assertThat(Distance.WARPED.between(fast, slow, Double.POSITIVE_INFINITY)).isZero();
        assertThat(Distance.EUCLIDEAN.between(fast, slow, Double.POSITIVE_INFINITY)).isPositive();
    }

    /** The recurrence written down as it is read: the cheapest way to (i, j) comes from one of three neighbours. */
    @Test
    void warpingAgreesWithItsRecurrence() {
        SplittableRandom random = new SplittableRandom(4);
        for (int n = 0; n < 20; n++) {
            int channels = 1 + random.nextInt(3);
            LabelledSequence a = random(random, 1 + random.nextInt(12), channels);
            LabelledSequence b = random(random, 1 + random.nextInt(12), channels);
            double[][] way = new double[a.length()][b.length()];
            for (int i = 0; i < a.length(); i++) {
                for (int j = 0; j < b.length(); j++) {
                    double before = i == 0 && j == 0 ? 0 : Double.POSITIVE_INFINITY;
                    before = i > 0 ? Math.min(before, way[i - 1][j]) : before;
                    before = j > 0 ? Math.min(before, way[i][j - 1]) : before;
                    before = i > 0 && j > 0 ? Math.min(before, way[i - 1][j - 1]) : before;
                    for (int v = 0; v < channels; v++) {
                        double off = a.values()[i * channels + v] - b.values()[j * channels + v];
                        way[i][j] += off * off;
                    }
                    way[i][j] += before;
                }
            }
            double expected = way[a.length() - 1][b.length() - 1];
            assertThat(Distance.WARPED.between(a, b, Double.POSITIVE_INFINITY)).isEqualTo(expected);
            assertThat(Distance.WARPED.between(a, b, expected / 2)).as("given up early, still no less than the best")
                    .isGreaterThanOrEqualTo(
                            expected / 2);
        }
    }

    @Test
    void givesTheLabelOfTheNearest() {
        List<LabelledSequence> train = List.of(sequence(0, 0, 0), sequence(1, 5, 5), sequence(2, 9, 9), sequence(0, 9, 9));
        List<LabelledSequence> test = List.of(sequence(0, 4, 6), sequence(0, 9, 9), sequence(0, 1, 0));
        for (Distance distance : Distance.values()) {
            assertThat(NearestNeighbour.classify(distance, train, test, 1)).containsExactly(1, 2, 0);
            assertThat(NearestNeighbour.classify(distance, train, test, 3)).containsExactly(0, 0, 0);
        }
    }

    @Test
    void comparesWithFewerWhereAllWouldTakeTooLong() {
        assertThat(NearestNeighbour.stride(Distance.WARPED, zeros(100, 100), zeros(100, 100))).isEqualTo(OptionalInt.of(1));
        assertThat(NearestNeighbour.stride(Distance.WARPED, zeros(1000, 1000), zeros(100, 1000))).isEqualTo(OptionalInt.of(5));
        assertThat(NearestNeighbour.stride(Distance.WARPED, zeros(1000, 4000), zeros(1000, 4000))).isEmpty();
        assertThat(NearestNeighbour.stride(Distance.EUCLIDEAN, zeros(1000, 4000), zeros(1000, 4000))).isEqualTo(OptionalInt.of(1));
    }

    private static List<LabelledSequence> zeros(int count, int length) {
        LabelledSequence one = new LabelledSequence(new float[length], length, 0, "");
        return IntStream.range(0, count).mapToObj(i -> one).toList();
    }

    private static LabelledSequence random(SplittableRandom random, int length, int channels) {
        float[] values = new float[length * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new LabelledSequence(values, length, 0, "");
    }
}
