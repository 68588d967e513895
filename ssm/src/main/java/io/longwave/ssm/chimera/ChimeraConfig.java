package io.longwave.ssm.chimera;

import java.util.List;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.ssm.sequence.Settings;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sizes and settings of the network, whatever its task.
 *
 * @param variates V
 * @param patch k, consecutive samples of a series that form one step of the grid
 * @param width M
 * @param expansion E / M
 * @param states N
 * @param blocks residual blocks
 * @param filter taps of the filter over time in front of the mixers
 * @param stepRank rank of W_Δ
 * @param discretization of both equations
 * @param companionTrend whether the trend head has a companion matrix along time, as it is, in place of a diagonal with steps
 * @param dropout rate in [0, 1)
 */
record ChimeraConfig(int variates, int patch, int width, int expansion, int states, int blocks, int filter, int stepRank,
        Discretization discretization, boolean companionTrend, double dropout) {
    private static final List<String> DISCRETIZATIONS = List.of("zoh", "exp", "euler");

    ChimeraConfig {
        atLeast("variates", 1, variates);
        atLeast("patch", 1, patch);
        atLeast("width", 1, width);
        atLeast("expansion", 1, expansion);
        atLeast("states", 1, states);
        atLeast("blocks", 1, blocks);
        atLeast("filter", 1, filter);
        atLeast("stepRank", 1, stepRank);
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout: expected a rate in [0, 1) but was " + dropout);
        }
        if (discretization == Discretization.NONE) {
            throw new IllegalArgumentException("discretization: expected one of " + DISCRETIZATIONS + " but was none");
        }
    }

    private static void atLeast(String name, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": expected at least " + least + " but was " + value);
        }
    }

    /** E. */
    int channels() {
        return expansion * width;
    }

    /** Steps of the grid for so many samples, the last patch filled up. */
    int steps(int samples) {
        return (samples + patch - 1) / patch;
    }

    /** Puts all settings but the variates, which follow from the task. */
    void write(ObjectNode json) {
        json.put("patch", patch).put("width", width).put("expansion", expansion).put("states", states).put("blocks", blocks)
                .put("filter", filter).put("stepRank", stepRank).put("discretization", DiscretizationNames.name(discretization))
                .put("companionTrend", companionTrend).put("dropout", dropout);
    }

    static ChimeraConfig read(Settings settings, int variates) {
        return new ChimeraConfig(variates, settings.whole("patch", 1), settings.whole("width", 1), settings.whole("expansion", 1),
                settings.whole("states", 1), settings.whole("blocks", 1), settings.whole("filter", 1), settings.whole("stepRank", 1),
                DiscretizationNames.parse(settings.text("discretization", DISCRETIZATIONS)), settings.flag("companionTrend"),
                settings.number("dropout", 0, 0.99));
    }
}
