package io.longwave.ssm.longconv;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.Dropout;
import io.longwave.kernel.DropoutMask;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.TapRegularization;
import io.longwave.ssm.longconv.DiagonalFit.Mode;
import io.longwave.ssm.sequence.DiagonalRecurrence;
import io.longwave.ssm.sequence.SequenceLayer;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.ParameterSet.Group;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;
import io.longwave.tensor.Tensor;

/** Causal or bidirectional convolution with learned, regularised taps, and a skip; or what a learned butterfly makes of it. */
final class LongConvLayer implements SequenceLayer {
    private final ParameterSet parameters;
    private final LongConvConfig config;
    private final int channels;
    private final Variable taps;
    private final @Nullable Variable futureTaps;
    private final @Nullable LearnedButterfly butterfly;
    private final Variable skip;
    private final Variable threshold;
    private final int dropoutSeed;

    /** @param length longest sequence it is recorded with */
    LongConvLayer(ParameterSet parameters, String prefix, LongConvConfig config, int channels, int length, SplittableRandom random) {
        this.parameters = parameters;
        this.config = config;
        this.channels = channels;
        Group group = new Group(config.kernelRate(), false);
        this.taps = parameters.trained(prefix + "taps", group, initial(random), channels, config.taps());
        this.futureTaps = config.bidirectional()
                ? parameters.trained(prefix + "future_taps", group, initial(random), channels, config.taps())
                : null;
        this.butterfly = config.butterfly() == LongConvConfig.Butterfly.LEARNED
                ? new LearnedButterfly(parameters, prefix, Math.max(length, config.taps()), config.butterflyRate())
                : null;
        double[] gaussian = new double[channels];
        for (int h = 0; h < channels; h++) {
            gaussian[h] = random.nextGaussian();
        }
        this.skip = parameters.trained(prefix + "skip", gaussian, channels);
        // Stored with the weights: a model that was validated within the ramp must be read back with the threshold it had then.
        this.threshold = parameters.buffer(prefix + "threshold", new double[]{config.squashRamp() == 0 ? config.squash() : 0}, 1);
        this.dropoutSeed = random.nextInt();
    }

    private double[] initial(SplittableRandom random) {
        double[] values = new double[channels * config.taps()];
        for (int h = 0; h < channels; h++) {
            double rate = Math.pow(Math.max(channels / 2.0, 1), (double) h / channels) / config.taps();
            for (int j = 0; j < config.taps(); j++) {
                values[h * config.taps() + j] = switch (config.initial()) {
                    case RANDOM -> 0.002 * random.nextGaussian();
                    case GEOMETRIC -> 0.02 * random.nextGaussian() * Math.exp(-j * rate);
                };
            }
        }
        return values;
    }

    @Override
    public Variable record(Tape tape, Variable u) {
        if (tape.dropouts() != null) {
            tape.record(this::raiseThreshold, () -> {});
        }
        boolean drops = config.kernelDropout() > 0 && tape.dropouts() != null;
        if (butterfly == null && !drops) {
            return tape.longConvolution(u, taps, futureTaps, skip, settings());
        }
        Variable past = regularized(tape, taps, 0, drops);
        if (butterfly != null) {
            Variable out = butterfly.record(tape, u, past);
            tape.addScaled(u, skip, out);
            return out;
        }
        Variable future = futureTaps == null ? null : regularized(tape, futureTaps, 1, drops);
        return tape.longConvolution(u, past, future, skip);
    }

    private void raiseThreshold() {
        double share = config.squashRamp() == 0 ? 1 : Math.min(1, (double) parameters.updates() / config.squashRamp());
        parameters.kernels().fill(threshold.value(), share * config.squash());
    }

    private Variable regularized(Tape tape, Variable k, int place, boolean drops) {
        Variable out = tape.regularizedTaps(k, settings());
        return drops ? dropped(tape, out, place) : out;
    }

    private TapRegularization.Settings settings() {
        return new TapRegularization.Settings(config.smooth(), config.squash() > 0 ? threshold.value() : null);
    }

    /** One mask for the whole batch, drawn anew at each step. */
    private Variable dropped(Tape tape, Variable k, int place) {
        Variable out = tape.variable(channels, config.taps());
        DropoutMask mask = tape.kernels().dropoutMask();
        tape.record(() -> mask.apply(dropout(place), k.value(), out.value(), false), () -> {
            if (out.reached()) {
                boolean add = k.accumulate();
                mask.apply(dropout(place), out.gradient(), k.gradient(), add);
            }
        });
        return out;
    }

    private Dropout dropout(int place) {
        return new Dropout(config.kernelDropout(), Dropout.hash(place, Dropout.hash((int) parameters.updates(), dropoutSeed)), 1);
    }

    /**
     * The state-space models that stand for the kernels of this layer in a stream.
     *
     * @return one fit per channel, each with its relative error
     */
    List<DiagonalFit> fits() {
        float[] kernel = kernelInUse();
        List<DiagonalFit> fits = new ArrayList<>();
        for (int h = 0; h < channels; h++) {
            double[] row = new double[config.taps()];
            for (int m = 0; m < row.length; m++) {
                row[m] = kernel[h * row.length + m];
            }
            fits.add(DiagonalFit.of(row, config.streamOrder(), config.streamTolerance()));
        }
        return fits;
    }

    /** κ, [H, K], without dropout. */
    private float[] kernelInUse() {
        Kernels kernels = parameters.kernels();
        Tensor regular = kernels.zeros(channels, config.taps());
        kernels.tapRegularization().forward(taps.value(), settings(), regular);
        return kernels.toFloats(regular);
    }

    /** The fitted modes where they are within the tolerance in every channel and fewer than the taps, else the taps themselves. */
    @Override
    public Optional<SequenceRecurrence> recurrence() {
        if (config.bidirectional() || butterfly != null) {
            return Optional.empty();
        }
        float[] kernel = kernelInUse();
        float[] skips = parameters.kernels().toFloats(skip.value());
        if (config.streamOrder() > 0 && config.streamOrder() < config.taps()) {
            List<DiagonalFit> fits = fits();
            if (fits.stream().allMatch(fit -> fit.relativeError() <= config.streamTolerance())) {
                return Optional.of(new DiagonalRecurrence(parameters.kernels(), modes(fits, kernel, skips)));
            }
        }
        for (int h = 0; h < channels; h++) {
            kernel[h * config.taps()] += skips[h];
        }
        return Optional.of(new FiniteRecurrence(parameters.kernels(), channels, config.taps(), kernel));
    }

    @Override
    public Optional<String> whyNotForecast() {
        return butterfly == null
                ? Optional.empty()
                : Optional.of("butterfly=LEARNED: once its matrices leave the Fourier ones every step depends on later ones, so it is for "
                        + "classification and reconstruction; expected butterfly=FIXED");
    }

    /** The first tap of a fit is made exact through the skip. */
    private DiagonalStep.Modes modes(List<DiagonalFit> fits, float[] kernel, float[] skips) {
        int n = Math.max(1, fits.stream().mapToInt(fit -> fit.modes().size()).max().orElse(1));
        float[] aRe = new float[channels * n];
        float[] aIm = new float[channels * n];
        float[] bRe = new float[channels * n];
        float[] cRe = new float[channels * n];
        float[] cIm = new float[channels * n];
        float[] d = new float[channels];
        for (int h = 0; h < channels; h++) {
            List<Mode> modes = fits.get(h).modes();
            for (int i = 0; i < modes.size(); i++) {
                Mode mode = modes.get(i);
                int at = h * n + i;
                double half = mode.isReal() ? 0.5 : 1;
                aRe[at] = (float) mode.poleRe();
                aIm[at] = (float) mode.poleIm();
                bRe[at] = 1;
                cRe[at] = (float) (half * mode.weightRe());
                cIm[at] = (float) (half * mode.weightIm());
            }
            d[h] = (float) (skips[h] + kernel[h * config.taps()] - fits.get(h).response(1)[0]);
        }
        return new DiagonalStep.Modes(channels, n, aRe, aIm, bRe, new float[channels * n], cRe, cIm, d);
    }
}
