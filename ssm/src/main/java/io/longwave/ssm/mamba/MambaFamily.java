package io.longwave.ssm.mamba;

import java.util.List;
import java.util.SplittableRandom;

import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.ObjectNode;

/** Layers of Mamba by name. */
public final class MambaFamily implements LayerFamily {
    public static final String NAME = "mamba";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ObjectNode defaultConfig(int length) {
        return MambaConfig.DEFAULT.json();
    }

    @Override
    public SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length,
            SplittableRandom random) {
        return new MambaLayer(MambaParameters.draw(parameters, prefix, MambaConfig.read(config), channels, random));
    }

    @Override
    public List<GoldenCheck> goldenChecks() {
        return ScanGoldenCheck.all();
    }
}
