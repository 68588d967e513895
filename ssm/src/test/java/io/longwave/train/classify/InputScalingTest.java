package io.longwave.train.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.longwave.train.Scaler;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputScalingTest {

    private final ClassificationData data = new ClassificationData(List.of("a", "b"), 2,
            List.of(new LabelledSequence(new float[]{1, 7, 3, 7}, 2, 0, ""), new LabelledSequence(new float[]{5, 7, 7, 7}, 2, 1, "")),
            List.of(), List.of(new LabelledSequence(new float[]{100, 8, 102, 8}, 2, 1, "")), "");

    @Test
    void channelsAreScaledByTheTrainingPartAlone() {
        Scaler scaler = InputScaling.CHANNEL.fit(data);
        assertThat(scaler.mean()).containsExactly(4.0, 7.0);
        assertThat(scaler.std()).as("a channel that does not move is only shifted").containsExactly(Math.sqrt(5), 1.0);
        float[] test = InputScaling.CHANNEL.apply(data, scaler).test().getFirst().values();
        assertThat(test).containsExactly((float) (96 / Math.sqrt(5)), 1f, (float) (98 / Math.sqrt(5)), 1f);
    }

    @Test
    void sequencesAreScaledByThemselves() {
        Scaler scaler = InputScaling.SEQUENCE.fit(data);
        float[] test = InputScaling.SEQUENCE.apply(data, scaler).test().getFirst().values();
        assertThat(test).containsExactly(new float[]{-1, 0, 1, 0}, within(1e-6f));
    }

    @Test
    void aMadeSequenceStaysOne() {
        var made = List.of(new LabelledSequence(new float[]{1, 2}, 2, 0, "a", true), new LabelledSequence(new float[]{3, 4}, 2, 0, "a"));
        var data = new ClassificationData(List.of("x"), 1, made, List.of(), List.of(), "");
        assertThat(InputScaling.CHANNEL.apply(data, InputScaling.CHANNEL.fit(data)).train()).extracting(LabelledSequence::made)
                .containsExactly(true, false);
    }

    @Test
    void nothingIsChangedWhereNothingIsAsked() {
        ClassificationData same = InputScaling.NONE.apply(data, InputScaling.NONE.fit(data));
        assertThat(same.train().getFirst().values()).containsExactly(1, 7, 3, 7);
    }
}
