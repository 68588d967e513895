package io.longwave.ssm.mamba;

import io.longwave.ssm.sequence.Settings;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Settings of a Mamba layer; the defaults are those of the published code.
 *
 * @param expansion E, inner channels per channel
 * @param states N per inner channel
 * @param deltaRank R, rank of the step sizes; 0 for a sixteenth of the channels, rounded up
 * @param taps of the convolution before the scan
 * @param smallestStep,largestStep step sizes Δ start between these, uniform in their logarithm
 * @param exactHold whether the input is held exactly over a step, else taken as Δ B
 */
public record MambaConfig(int expansion, int states, int deltaRank, int taps, double smallestStep, double largestStep, boolean exactHold) {
    public static final MambaConfig DEFAULT = new MambaConfig(2, 16, 0, 4, 1e-3, 0.1, false);

    public MambaConfig {
        if (expansion < 1 || states < 1 || deltaRank < 0 || taps < 1) {
            throw new IllegalArgumentException("expected an expansion, states and taps of at least 1 and a deltaRank of at least 0 but was "
                    + expansion + ", " + states + ", " + taps + " and " + deltaRank);
        }
        if (!(smallestStep > 0 && smallestStep <= largestStep)) {
            throw new IllegalArgumentException("expected 0 < smallestStep <= largestStep but was " + smallestStep + " and " + largestStep);
        }
    }

    /** @throws IllegalArgumentException if a setting is missing, unknown or out of range */
    static MambaConfig read(ObjectNode json) {
        Settings settings = Settings.like(DEFAULT.json(), json, MambaFamily.NAME);
        return new MambaConfig(settings.whole("expansion", 1, 16), settings.whole("states", 1, 1024), settings.whole("deltaRank", 0),
                settings.whole("taps", 1, 64), settings.number("smallestStep", 1e-8, 1e3), settings.number("largestStep", 1e-8, 1e3),
                settings.flag("exactHold"));
    }

    ObjectNode json() {
        return JsonNodeFactory.instance.objectNode().put("expansion", expansion).put("states", states).put("deltaRank", deltaRank)
                .put("taps", taps).put("smallestStep", smallestStep).put("largestStep", largestStep).put("exactHold", exactHold);
    }

    /** R for H channels. */
    int rank(int channels) {
        return deltaRank > 0 ? deltaRank : (channels + 15) / 16;
    }
}
