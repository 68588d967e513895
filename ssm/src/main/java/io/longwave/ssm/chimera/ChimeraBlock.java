package io.longwave.ssm.chimera;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.Pointwise.Function;
import io.longwave.ssm.tape.Variable;

/** One residual block with its trend and its seasonal head. */
final class ChimeraBlock {
    private final Variable gain;
    private final Variable noBias;
    private final Variable input;
    private final Variable gate;
    private final Variable filter;
    private final Variable filterBias;
    private final GridHead trend;
    private final GridHead seasonal;
    private final Variable output;

    /** @param noBias zeros, [M] */
    ChimeraBlock(Draws draws, String prefix, ChimeraConfig config, Variable noBias) {
        int width = config.width();
        int channels = config.channels();
        this.noBias = noBias;
        this.gain = draws.constant(prefix + "norm.gain", 1, width);
        this.input = draws.uniform(prefix + "input.weight", 1, width, channels, width);
        this.gate = draws.uniform(prefix + "gate.weight", 1, width, channels, width);
        this.filter = draws.uniform(prefix + "filter.weight", 1, config.filter(), channels, config.filter());
        this.filterBias = draws.bias(prefix + "filter.bias", config.filter(), channels);
        this.trend = new GridHead(draws, prefix + "trend.", config, config.companionTrend(), 1e-3, 1e-2);
        this.seasonal = new GridHead(draws, prefix + "seasonal.", config, false, 1e-1, 1);
        this.output = draws.uniform(prefix + "output.weight", 1, channels, width, channels);
    }

    /** x of the next block, [M, V, L, B]. */
    Variable record(GridRecorder recorder, Variable x, @Nullable StreamMemory memory) {
        var tape = recorder.tape();
        Variable z = tape.rmsNorm(x, gain, noBias, ChimeraNetwork.EPSILON);
        Variable projected = tape.linear(z, input, null);
        Variable filtered = memory == null
                ? recorder.timeConvolution(projected, filter, filterBias)
                : recorder.timeConvolution(projected, filter, filterBias, memory.nextTail());
        Variable u = tape.pointwise(Function.SILU, filtered);
        Variable g = tape.pointwise(Function.SILU, tape.linear(z, gate, null));
        Variable slow = trend.record(recorder, u, memory);
        Variable rest = tape.copyOf(u);
        tape.addTo(rest, -1, slow);
        Variable fast = seasonal.record(recorder, rest, memory);
        Variable mixed = tape.times(tape.plus(slow, fast), g);
        return tape.plus(x, tape.dropout(tape.linear(mixed, output, null)));
    }
}
