package io.longwave.ssm.ptd;

import java.util.List;
import java.util.SplittableRandom;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.DiagonalLayer;
import io.longwave.ssm.discretize.Discretization;
import io.longwave.ssm.discretize.ModeParameters;
import io.longwave.ssm.discretize.RawModes;
import io.longwave.ssm.discretize.StateSettings;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.hippo.Hippo;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.Settings;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** S4-PTD in the catalogue: a diagonal model whose modes start at those of HiPPO-LegS with a small stable perturbation. */
public final class PtdFamily implements LayerFamily {

    @Override
    public String name() {
        return "s4-ptd";
    }

    @Override
    public ObjectNode defaultConfig(int length) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("discretization", Discretization.ZERO_ORDER_HOLD.label());
        StateSettings.defaults(length).write(json);
        return json;
    }

    @Override
    public SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length,
            SplittableRandom random) {
        Settings settings = Settings.like(defaultConfig(length), config, name());
        StateSettings states = StateSettings.read(settings);
        var discretization = Discretization.of(settings.text("discretization", Discretization.labels()));
        int copies = states.copiesOf(channels);
        Hippo legs = Hippo.of(Hippo.Measure.LEGS, states.stateSize());
        Complex[][] a = new Complex[copies][];
        Complex[][] b = new Complex[copies][];
        PerturbedHippo[] bases = new PerturbedHippo[copies];
        for (int copy = 0; copy < copies; copy++) {
            PerturbedHippo perturbed = PerturbedHippo.drawn(legs, random);
            bases[copy] = perturbed;
            a[copy] = perturbed.modes();
            b[copy] = perturbed.b();
        }
        // a real eigenvalue stays at frequency zero until training moves it
        RawModes drawn = states.draw(channels, a, b, false, random);
        var modes = ModeParameters.register(parameters, prefix, drawn.withC(readOuts(bases, states, channels, random)));
        var skip = parameters.trained(prefix + "D", StateSettings.drawSkip(channels, random), channels);
        return new DiagonalLayer(parameters.kernels(), modes, skip, discretization);
    }

    /**
     * C V with C standard normal per coefficient, [heads, H, n, 2]: a free C would weigh modes that cancel in V⁻¹ B, which is as large as V is
     * badly conditioned, and lose what the perturbation is for.
     */
    private static double[] readOuts(PerturbedHippo[] bases, StateSettings states, int channels, SplittableRandom random) {
        Complex[][] rows = new Complex[states.heads() * channels][];
        for (int row = 0; row < rows.length; row++) {
            double[] c = new double[states.stateSize()];
            for (int i = 0; i < c.length; i++) {
                c[i] = random.nextGaussian();
            }
            rows[row] = bases[row % channels % bases.length].readOut(c);
        }
        return ComplexArrays.interleaved(rows);
    }

    @Override
    public List<GoldenCheck> goldenChecks() {
        return List.of(new PtdGoldenCheck());
    }
}
