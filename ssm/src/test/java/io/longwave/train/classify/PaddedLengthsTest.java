package io.longwave.train.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaddedLengthsTest {

    @Test
    void oneLengthNeedsNoOther() {
        PaddedLengths lengths = PaddedLengths.between(96, 96);
        assertThat(lengths.count()).isEqualTo(1);
        assertThat(lengths.length(0)).isEqualTo(96);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "1,3", "7,29", "1148,7999", "95,96", "1,1000"})
    void everySequenceFitsWithLittlePadding(int shortest, int longest) {
        PaddedLengths lengths = PaddedLengths.between(shortest, longest);
        assertThat(lengths.length(lengths.count() - 1)).isEqualTo(longest);
        for (int steps = shortest; steps <= longest; steps++) {
            int padded = lengths.length(lengths.bucket(steps));
            assertThat(padded).isBetween(steps, (int) Math.ceil(steps * 1.5) + 1);
        }
        assertThat(IntStream.range(0, lengths.count()).map(lengths::length).toArray()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void refusesWhatIsLongerThanTheLongest() {
        assertThatThrownBy(() -> PaddedLengths.between(5, 10).bucket(11)).hasMessage("expected at most 10 steps but was 11");
    }
}
