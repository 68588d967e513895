package io.longwave.ssm.s4d;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.discretize.DiagonalLayer;
import io.longwave.ssm.discretize.Discretization;
import io.longwave.ssm.discretize.ModeParameters;
import io.longwave.ssm.discretize.StateSettings;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.Settings;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** S4D in the catalogue: its settings as JSON and how a layer is made of them. */
public final class S4dFamily implements LayerFamily {

    @Override
    public String name() {
        return "s4d";
    }

    @Override
    public ObjectNode defaultConfig(int length) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("init", "lin").put("input", "natural").put("discretization", Discretization.ZERO_ORDER_HOLD.label());
        StateSettings.defaults(length).write(json);
        return json;
    }

    @Override
    public SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length,
            SplittableRandom random) {
        Settings settings = Settings.like(defaultConfig(length), config, name());
        StateSettings states = StateSettings.read(settings);
        var init = S4dInitialization.valueOf(settings.text("init", S4dInitialization.labels()).toUpperCase(Locale.ROOT));
        var input = S4dInitialization.Input.valueOf(settings.text("input", S4dInitialization.Input.labels()).toUpperCase(Locale.ROOT));
        var discretization = Discretization.of(settings.text("discretization", Discretization.labels()));
        int copies = states.copiesOf(channels);
        Complex[][] a = new Complex[copies][];
        Complex[][] b = new Complex[copies][];
        for (int copy = 0; copy < copies; copy++) {
            a[copy] = init.modes(states.stateSize(), random);
            b[copy] = init.inputs(input, states.stateSize(), random);
        }
        var modes = ModeParameters.register(parameters, prefix, states.draw(channels, a, b, true, random));
        var skip = parameters.trained(prefix + "D", StateSettings.drawSkip(channels, random), channels);
        return new DiagonalLayer(parameters.kernels(), modes, skip, discretization);
    }

    @Override
    public List<GoldenCheck> goldenChecks() {
        return List.of(new S4dGoldenCheck(), new S4dLayerGoldenCheck(), new VandermondeGoldenCheck());
    }
}
