package io.longwave.ssm.s4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.ssm.sequence.ArraySteps;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.SequenceLayerContract;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import tools.jackson.databind.node.ObjectNode;

class S4Test {

    private abstract static class Contract extends SequenceLayerContract {
        @Override
        protected LayerFamily family() {
            return new S4Family();
        }

        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("stateSize", 16);
        }
    }

    @Nested
    class ScaledLegendre extends Contract {}

    @Nested
    class TranslatedLegendreOfRankTwoInTwoCopies extends Contract {
        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("measure", "legt").put("copies", 2);
        }
    }

    @Nested
    class TranslatedFourier extends Contract {
        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("measure", "fout");
        }
    }

    @Test
    void aLongerSequenceDoublesTheKernelAndKeepsTheTapsThatWereThere() {
        Kernels kernels = new ReferenceKernels();
        ParameterSet parameters = new ParameterSet(kernels);
        LayerFamily family = new S4Family();
        SequenceLayer layer = family.create(parameters, "", family.defaultConfig(20).put("stateSize", 8), 2, 20, new SplittableRandom(1));
        double[] short20 = impulse(kernels, layer, 20);
        double[] short12 = impulse(kernels, layer, 12);
        assertThat(kernels.toDoubles(parameters.get("taps").variable().value())).containsExactly(20);
        double[] long70 = impulse(kernels, layer, 70);
        assertThat(kernels.toDoubles(parameters.get("taps").variable().value())).containsExactly(80);
        ArraySteps steps = new ArraySteps(kernels, layer.recurrence().orElseThrow(), 1);
        for (int t = 0; t < 70; t++) {
            float[] u = {t == 0 ? 1 : 0, t == 0 ? 1 : 0};
            steps.step(u, u);
            for (int h = 0; h < 2; h++) {
                if (t < 20) {
                    assertThat(long70[h * 70 + t]).isCloseTo(short20[h * 20 + t], within(1e-9));
                }
                if (t < 12) {
                    assertThat(short12[h * 12 + t]).isCloseTo(short20[h * 20 + t], within(1e-12));
                }
                assertThat(u[h]).isCloseTo((float) long70[h * 70 + t], within(1e-4f));
            }
        }
    }

    private static double[] impulse(Kernels kernels, SequenceLayer layer, int length) {
        double[] u = new double[2 * length];
        u[0] = 1;
        u[length] = 1;
        Tape tape = new Tape(kernels, null);
        Variable y = layer.record(tape, tape.constant(kernels.of(u, 2, 1, length)));
        tape.forward();
        return kernels.toDoubles(y.value());
    }
}
