package io.longwave.ssm.s4d;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayerContract;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.ObjectNode;

class S4dTest {

    private abstract static class Contract extends SequenceLayerContract {
        @Override
        protected LayerFamily family() {
            return new S4dFamily();
        }

        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("stateSize", 16);
        }
    }

    @Nested
    class LinearFrequenciesUnderZeroOrderHold extends Contract {}

    @Nested
    class LegendreModesUnderTheBilinearRuleInTwoCopies extends Contract {
        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("init", "legs").put("discretization", "bilinear").put("copies", 2).put("dtTransform", "exp");
        }
    }

    @Nested
    class RealDecaysWithRandomInputs extends Contract {
        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("init", "real").put("input", "random").put("realTransform", "softplus");
        }
    }

    @Nested
    class BothDirections extends Contract {
        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("bidirectional", true);
        }
    }

    @ParameterizedTest
    @EnumSource(S4dInitialization.class)
    void modesStartStableWithOneMemberOfEachPair(S4dInitialization init) {
        Complex[] modes = init.modes(64, new SplittableRandom(1));
        assertThat(modes).hasSize(32);
        for (Complex mode : modes) {
            assertThat(mode.re()).isLessThan(0);
            assertThat(mode.im()).isLessThanOrEqualTo(0);
        }
    }

    @Test
    void initialModesAreThoseOfThePaper() {
        Complex[] lin = S4dInitialization.LIN.modes(8, new SplittableRandom(1));
        assertThat(lin[3].im()).isCloseTo(-3 * Math.PI, within(1e-12));
        Complex[] inv = S4dInitialization.INV.modes(8, new SplittableRandom(1));
        assertThat(inv[0].im()).isCloseTo(-8 / Math.PI * 7, within(1e-12));
        Complex[] quad = S4dInitialization.QUAD.modes(8, new SplittableRandom(1));
        assertThat(quad[1].im()).isCloseTo(-9 / Math.PI, within(1e-12));
        // S4D, figure 3: the inverse law follows the spectrum of LegS
        Complex[] legs = S4dInitialization.LEGS.modes(64, new SplittableRandom(1));
        Complex[] law = S4dInitialization.INV.modes(64, new SplittableRandom(1));
        assertThat(legs[0].im() / law[0].im()).isBetween(0.9, 1.1);
    }

    @Test
    void aWeightOfTheStateLearnsSlowerAndIsNotDecayed() {
        ParameterSet parameters = new ParameterSet(new ReferenceKernels());
        LayerFamily family = new S4dFamily();
        family.create(parameters, "", family.defaultConfig(100), 4, 100, new SplittableRandom(1));
        for (String name : new String[]{"inv_dt", "A_real", "A_imag", "B"}) {
            assertThat(parameters.get(name).group()).isEqualTo(new ParameterSet.Group(0.1, false));
        }
        assertThat(parameters.get("C").group()).isEqualTo(ParameterSet.Group.DEFAULT);
        assertThat(parameters.get("D").group()).isEqualTo(ParameterSet.Group.DEFAULT);
    }

    @Test
    void stepSizesStartBetweenTheirBounds() {
        Kernels kernels = new ReferenceKernels();
        ParameterSet parameters = new ParameterSet(kernels);
        LayerFamily family = new S4dFamily();
        family.create(parameters, "", family.defaultConfig(100).put("dtTransform", "exp"), 500, 100, new SplittableRandom(1));
        for (double log : kernels.toDoubles(parameters.get("inv_dt").variable().value())) {
            assertThat(Math.exp(log)).isBetween(0.00099, 0.1001);
        }
    }

    @Test
    void impossibleSettingsAreRefused() {
        LayerFamily family = new S4dFamily();
        ParameterSet parameters = new ParameterSet(new ReferenceKernels());
        SplittableRandom random = new SplittableRandom(1);
        assertThatThrownBy(() -> family.create(parameters, "a.", family.defaultConfig(10).put("stateSize", 7), 2, 10, random))
                .hasMessageContaining("stateSize").hasMessageContaining("7");
        assertThatThrownBy(() -> family.create(parameters, "b.", family.defaultConfig(10).put("init", "lina"), 2, 10, random))
                .hasMessageContaining("init").hasMessageContaining("lina");
        assertThatThrownBy(() -> family.create(parameters, "c.", family.defaultConfig(10).put("dtMin", 1.0), 2, 10, random))
                .hasMessageContaining("dtMin");
    }
}
