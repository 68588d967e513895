package io.longwave.ssm.mamba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.sequence.ArraySteps;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayerContract;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.ObjectNode;

class MambaLayerTest extends SequenceLayerContract {

    @Override
    protected LayerFamily family() {
        return new MambaFamily();
    }

    @Override
    protected ObjectNode config(int length) {
        return super.config(length).put("states", 4);
    }

    @Test
    void aSeriesCarriesItsScanStatesAndThreeInputsPerInnerChannel() {
        assertThat(recurrence(new SimdKernels(1)).stateSize()).isEqualTo(2 * 6 * (16 + 3));
    }

    @Test
    void theRecurrenceHasTheSameBitsOnAllKernels() {
        Kernels fast = new SimdKernels(1);
        Kernels exact = new ReferenceKernels();
        int series = 21;
        ArraySteps simd = new ArraySteps(fast, recurrence(fast), series);
        ArraySteps loops = new ArraySteps(exact, recurrence(exact), series);
        float[] state = new float[recurrence(fast).stateSize() * series];
        float[] loopState = state.clone();
        SplittableRandom random = new SplittableRandom(4);
        for (int t = 0; t < 30; t++) {
            float[] u = new float[6 * series];
            for (int i = 0; i < u.length; i++) {
                u[i] = (float) random.nextGaussian();
            }
            float[] y = new float[u.length];
            float[] loopY = new float[u.length];
            simd.step(u, y);
            loops.step(u, loopY);
            assertThat(y).isEqualTo(loopY);
        }
        simd.cohort().read(state);
        loops.cohort().read(loopState);
        assertThat(state).isEqualTo(loopState);
    }

    /** Weights rounded to float32, so that both sets of kernels hold the same numbers. */
    private static SequenceRecurrence recurrence(Kernels kernels) {
        ParameterSet parameters = new ParameterSet(kernels);
        var layer = new MambaFamily().create(parameters, "", MambaConfig.DEFAULT.json(), 6, 10, new SplittableRandom(1));
        for (ParameterSet.Entry entry : parameters.trained()) {
            double[] values = kernels.toDoubles(entry.variable().value());
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) values[i];
            }
            kernels.upload(values, entry.variable().value());
        }
        return layer.recurrence().orElseThrow();
    }

    @Test
    void settingsOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> MambaConfig.read(MambaConfig.DEFAULT.json().put("taps", 0))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("setting taps of mamba: expected a whole number from 1 to 64 but was 0");
        assertThatThrownBy(() -> MambaConfig.read(MambaConfig.DEFAULT.json().put("smallestStep", 0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected 0 < smallestStep <= largestStep but was 0.5 and 0.1");
    }
}
