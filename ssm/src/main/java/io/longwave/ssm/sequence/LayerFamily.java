package io.longwave.ssm.sequence;

import java.util.List;
import java.util.SplittableRandom;

import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.ObjectNode;

/** A kind of {@link SequenceLayer} by name: S4, S4D, DSS, S4-PTD, long convolution, Mamba. Implementations are stateless. */
public interface LayerFamily {

    /** Name in the catalogue, for example {@code s4d}. */
    String name();

    /**
     * Settings of a layer with their defaults, those that depend on the length of the sequences included.
     *
     * @param length L the layer is trained at
     */
    ObjectNode defaultConfig(int length);

    /**
     * A new layer whose weights are drawn from {@code random} and registered as {@code prefix + name}.
     *
     * @param channels H
     * @param length longest L it is recorded with
     * @throws IllegalArgumentException if a setting is missing, unknown or out of range, naming it with what was expected and found
     */
    SequenceLayer create(ParameterSet parameters, String prefix, ObjectNode config, int channels, int length, SplittableRandom random);

    /** What knows the golden cases of this family. */
    default List<GoldenCheck> goldenChecks() {
        return List.of();
    }
}
