package io.longwave.ssm.chimera;

import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Variable;

/**
 * Embedding, blocks and a last norm: x0[v,t] = W_e s[v, patch t] + e_v. The patches come with one more channel per variate that is 1 for its own
 * variate, so that e_v is a column of the embedding. The weights live in the parameter set it was made with.
 */
final class ChimeraNetwork {
    static final double EPSILON = 1e-5;

    private final ChimeraConfig config;
    private final Variable embedding;
    private final ChimeraBlock[] blocks;
    private final Variable gain;
    private final Variable noBias;

    /** @param prefix of the names of all tensors */
    ChimeraNetwork(ParameterSet parameters, String prefix, ChimeraConfig config, SplittableRandom random) {
        this.config = config;
        Draws draws = new Draws(parameters, random);
        this.embedding = draws.uniform(prefix + "embedding.weight", 1, config.patch(), config.width(), inputs(config));
        this.noBias = parameters.buffer(prefix + "norm.bias", new double[config.width()], config.width());
        this.blocks = new ChimeraBlock[config.blocks()];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new ChimeraBlock(draws, prefix + "blocks." + i + ".", config, noBias);
        }
        this.gain = draws.constant(prefix + "norm.gain", 1, config.width());
    }

    ChimeraConfig config() {
        return config;
    }

    /** Channels of the patches: k samples, then V that tell the variate. */
    static int inputs(ChimeraConfig config) {
        return config.patch() + config.variates();
    }

    /**
     * Records the network.
     *
     * @param patches [k + V, V, L, B], see {@link GridWindows}
     * @param memory of a stream, or null for a pass over whole sequences
     * @return [M, V, L, B]
     */
    Variable record(GridRecorder recorder, Variable patches, @Nullable StreamMemory memory) {
        Variable x = recorder.tape().linear(patches, embedding, null);
        for (ChimeraBlock block : blocks) {
            x = block.record(recorder, x, memory);
        }
        return recorder.tape().rmsNorm(x, gain, noBias, EPSILON);
    }
}
