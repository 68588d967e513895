package io.longwave.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import io.longwave.cuda.RecordingExercise;
import io.longwave.kernel.Gen;
import io.longwave.kernel.KernelSequence;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.StepCase;
import io.longwave.tensor.Tensor;

/** Calls that are recorded give what the calls give. */
class RecordedSequenceTest {
    private static final int SERIES = 37;

    private final RecordingExercise exercise = new RecordingExercise(TestedKernels.device(1));

    @Test
    void aReplayDoesWhatWasRecordedOnTheNumbersOfNow() {
        exercise.aReplayDoesWhatWasRecordedOnTheNumbersOfNow();
    }

    @Test
    void memoryGivenBackStaysWithTheRecording() {
        exercise.memoryGivenBackStaysWithTheRecording();
    }

    @Test
    void workOfOtherThreadsIsNoPartOfIt() {
        exercise.workOfOtherThreadsIsNoPartOfIt();
    }

    @Test
    void whatCannotBeRecordedIsRefusedAndSpoilsNothing() {
        exercise.whatCannotBeRecordedIsRefusedAndSpoilsNothing();
    }

    /** The second run records and the third replays; each takes the numbers that were brought up before it. */
    @Test
    void aSequenceOfStepsHasTheBitsOfTheStepsOneByOne() {
        Kernels kernels = TestedKernels.with(1, ways -> ways);
        Gen.forAll(3, gen -> {
            StepCase random = StepCase.random(gen, SERIES);
            int size = random.channels() * SERIES;
            double[] weight = gen.numbers(random.channels() * random.channels());
            double[] inputs = gen.numbers(5 * size);
            Tensor w = kernels.of(weight, random.channels(), random.channels());
            Tensor[] states = new Tensor[2];
            Tensor[] u = new Tensor[2];
            Tensor[] y = new Tensor[2];
            KernelSequence[] sequences = new KernelSequence[2];
            for (int way = 0; way < 2; way++) {
                Tensor state = kernels.zeros(random.modes().stateSize(), SERIES);
                Tensor in = kernels.zeros(size);
                Tensor out = kernels.zeros(size);
                var modes = random.modes();
                Runnable calls = () -> {
                    kernels.diagonalStep().step(modes, state, in, in, SERIES);
                    kernels.seriesLinear().apply(w, null, in, out, SERIES);
                    kernels.seriesActivation().gelu(out, size);
                };
                sequences[way] = way == 0 ? KernelSequence.of(calls) : kernels.sequence(calls);
                states[way] = state;
                u[way] = in;
                y[way] = out;
            }
            for (int t = 0; t < 5; t++) {
                float[][] found = new float[2][];
                float[] now = new float[size];
                for (int i = 0; i < size; i++) {
                    now[i] = (float) inputs[t * size + i];
                }
                for (int way = 0; way < 2; way++) {
                    kernels.upload(now, u[way]);
                    sequences[way].run();
                    found[way] = kernels.toFloats(y[way]);
                }
                assertThat(found[1]).as("step %d", t).isEqualTo(found[0]);
            }
            assertThat(kernels.toFloats(states[1])).isEqualTo(kernels.toFloats(states[0]));
            sequences[1].close();
        });
    }
}
