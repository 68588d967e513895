package io.longwave.ssm.s4;

import java.util.List;
import java.util.SplittableRandom;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.DenseGoldenCheck;
import io.longwave.ssm.discretize.RawModes;
import io.longwave.ssm.discretize.StateSettings;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.hippo.Hippo;
import io.longwave.ssm.hippo.HippoGoldenCheck;
import io.longwave.ssm.hippo.NormalPlusLowRank;
import io.longwave.ssm.hippo.NormalPlusLowRankGoldenCheck;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.Settings;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** S4 in the catalogue: its settings as JSON and how a layer is made of them. */
public final class S4Family implements LayerFamily {
    private static final List<String> MEASURES = List.of("legs", "legt", "fout");
    private static final double CLIP = 2;

    @Override
    public String name() {
        return "s4";
    }

    @Override
    public ObjectNode defaultConfig(int length) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("measure", "legs");
        StateSettings.defaults(length).write(json);
        return json;
    }

    @Override
    public SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length,
            SplittableRandom random) {
        Settings settings = Settings.like(defaultConfig(length), config, name());
        StateSettings states = StateSettings.read(settings);
        NormalPlusLowRank form = NormalPlusLowRank.of(Hippo.of(Hippo.Measure.of(settings.text("measure", MEASURES)), states.stateSize()));
        int copies = states.copiesOf(channels);
        int rank = form.p().length;
        Complex[][] a = new Complex[copies][];
        Complex[][] b = new Complex[copies][];
        Complex[][] p = new Complex[rank * copies][];
        for (int copy = 0; copy < copies; copy++) {
            a[copy] = form.w();
            b[copy] = form.clippedB(CLIP);
            for (int r = 0; r < rank; r++) {
                p[r * copies + copy] = form.p()[r];
            }
        }
        RawModes drawn = states.draw(channels, a, b, true, random);
        double[] rawP = ComplexArrays.interleaved(p);
        LowRankSystem system = new LowRankSystem(drawn.system(), LowRankParameters.expanded(drawn.layout(), rank, rawP));
        RawModes initial = drawn.withC(ComplexArrays.interleaved(system.truncated(length)));
        var weights = LowRankParameters.register(parameters, prefix, initial, rawP, rank);
        var skip = parameters.trained(prefix + "D", StateSettings.drawSkip(channels, random), channels);
        var taps = parameters.buffer(prefix + "taps", new double[]{length}, 1);
        return new S4Layer(parameters.kernels(), weights, skip, taps);
    }

    /** Those of its parts too: HiPPO matrices, their normal plus low-rank form, dense discretisation. */
    @Override
    public List<GoldenCheck> goldenChecks() {
        return List.of(new HippoGoldenCheck(), new NormalPlusLowRankGoldenCheck(), new DenseGoldenCheck(), new S4GoldenCheck());
    }
}
