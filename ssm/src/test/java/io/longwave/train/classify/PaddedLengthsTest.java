package io.longwave.train.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaddedLengthsTest {

    @Test
    void oneLengthNeedsNoOther() {
        assertThat(lengths(PaddedLengths.of(new int[]{96, 96, 96}, 96))).containsExactly(96);
    }

    @Test
    void fewLengthsAreKeptAsTheyAre() {
        assertThat(lengths(PaddedLengths.of(new int[]{5, 9, 9, 7, 5}, 12))).containsExactly(5, 7, 9, 12);
    }

    /** All sets of lengths that end with the longest, one after the other. */
    @Test
    void noOtherChoicePadsLess() {
        SplittableRandom random = new SplittableRandom(5);
        for (int n = 0; n < 20; n++) {
            int[] usual = random.ints(30, 1, 16).toArray();
            int longest = 15 + random.nextInt(2);
            PaddedLengths chosen = PaddedLengths.of(usual, longest);
            assertThat(lengths(chosen)).isSorted().endsWith(longest).hasSizeLessThanOrEqualTo(PaddedLengths.MOST);
            long least = Long.MAX_VALUE;
            for (int set = 0; set < 1 << (longest - 1); set++) {
                if (Integer.bitCount(set) < PaddedLengths.MOST) {
                    int members = set;
                    least = Math.min(least, Arrays.stream(usual).mapToLong(length -> {
                        int padded = length;
                        while (padded < longest && (members >> (padded - 1) & 1) == 0) {
                            padded++;
                        }
                        return padded;
                    }).sum());
                }
            }
            assertThat(Arrays.stream(usual).mapToLong(length -> chosen.length(chosen.bucket(length))).sum()).isEqualTo(least);
        }
    }

    @Test
    void manyLengthsArePaddedByLittle() {
        SplittableRandom random = new SplittableRandom(6);
        int[] usual = random.ints(5000, 1000, 8000).toArray();
        PaddedLengths chosen = PaddedLengths.of(usual, 8500);
        long padded = Arrays.stream(usual).mapToLong(length -> chosen.length(chosen.bucket(length))).sum();
        assertThat(padded).isLessThan(Arrays.stream(usual).asLongStream().sum() * 5 / 4);
    }

    @Test
    void withoutSequencesToLookAtLengthsAreHalvedAndRoundedUp() {
        assertThat(lengths(PaddedLengths.halving(1000))).containsExactly(125, 250, 500, 1000);
        assertThat(lengths(PaddedLengths.halving(19))).containsExactly(3, 5, 10, 19);
        assertThat(lengths(PaddedLengths.halving(1))).containsExactly(1);
    }

    @Test
    void refusesWhatIsLongerThanTheLongest() {
        assertThatThrownBy(() -> PaddedLengths.of(new int[]{5}, 10).bucket(11)).hasMessage("expected at most 10 steps but was 11");
    }

    private static int[] lengths(PaddedLengths lengths) {
        return IntStream.range(0, lengths.count()).map(lengths::length).toArray();
    }
}
