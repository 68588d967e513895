package io.longwave.ssm.longconv;

import java.util.List;
import java.util.SplittableRandom;

import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.ObjectNode;

/** Learned long convolutions in the catalogue. */
public final class LongConvFamily implements LayerFamily {
    public static final String NAME = "longconv";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ObjectNode defaultConfig(int length) {
        return LongConvConfig.defaults(length).write();
    }

    @Override
    public SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length,
            SplittableRandom random) {
        return new LongConvLayer(parameters, prefix, LongConvConfig.read(config), channels, length, random);
    }

    @Override
    public List<GoldenCheck> goldenChecks() {
        return List.of(new LongConvolutionGoldenCheck(), new RegularizersGoldenCheck(), new MonarchGoldenCheck(),
                new RightAngleGoldenCheck(),
                new TwoForOneGoldenCheck());
    }
}
