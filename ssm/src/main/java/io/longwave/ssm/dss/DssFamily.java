package io.longwave.ssm.dss;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.discretize.KernelConvolution;
import io.longwave.ssm.discretize.ModeParameters;
import io.longwave.ssm.discretize.StateSettings;
import io.longwave.kernel.Transform;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.hippo.Hippo;
import io.longwave.ssm.hippo.NormalPlusLowRank;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.sequence.Settings;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** DSS in the catalogue: modes start at the normal part of HiPPO-LegS, and their real parts are trained as they are, of either sign. */
public final class DssFamily implements LayerFamily {
    /** ε of r, as published. */
    static final double EPSILON = 1e-7;

    @Override
    public String name() {
        return "dss";
    }

    @Override
    public ObjectNode defaultConfig(int length) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        StateSettings.defaults(length).withRealTransform(Transform.NONE).write(json);
        return json;
    }

    @Override
    public SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length,
            SplittableRandom random) {
        StateSettings states = StateSettings.read(Settings.like(defaultConfig(length), config, name()));
        int copies = states.copiesOf(channels);
        NormalPlusLowRank legs = NormalPlusLowRank.of(Hippo.of(Hippo.Measure.LEGS, states.stateSize()));
        Complex[][] a = new Complex[copies][];
        Complex[][] b = new Complex[copies][];
        for (int copy = 0; copy < copies; copy++) {
            a[copy] = legs.w();
            b[copy] = new Complex[a[copy].length];
            java.util.Arrays.fill(b[copy], Complex.ONE);
        }
        var modes = ModeParameters.register(parameters, prefix, states.draw(channels, a, b, true, random));
        var skip = parameters.trained(prefix + "D", StateSettings.drawSkip(channels, random), channels);
        return new Layer(modes, skip);
    }

    private record Layer(ModeParameters modes, Variable skip) implements SequenceLayer {

        @Override
        public Variable record(Tape tape, Variable u) {
            int length = u.dim(2);
            return KernelConvolution.record(tape, u, modes.softmaxKernel(tape, EPSILON, length), skip);
        }

        /** None: the kernel is normalised over the length of the sequence. */
        @Override
        public Optional<SequenceRecurrence> recurrence() {
            return Optional.empty();
        }
    }

    @Override
    public List<GoldenCheck> goldenChecks() {
        return List.of(new DssGoldenCheck());
    }
}
