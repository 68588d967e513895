package io.longwave.ssm.sequence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.tensor.Shape;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;
import io.longwave.train.TrainableModel;

/**
 * What all models recorded on tapes share: weights and moments by name, and passes that are recorded once per shape and kept, so that a step
 * allocates nothing. Confined to one thread at a time.
 */
public abstract class SequenceModel implements TrainableModel {
    private static final String STEPS = "optimizer.steps";
    private static final String FIRST = "optimizer.first.";
    private static final String SECOND = "optimizer.second.";
    private static final int MOST_PASSES = 16;
    private static final int MOST_OF_UNKNOWN_SIZE = 4;
    /** A quarter of the heap in numbers of four bytes: what the kept passes of one kind may hold together. */
    private static final long MOST_NUMBERS = Runtime.getRuntime().maxMemory() / 16;

    private final Kernels kernels;
    private final ParameterSet parameters;
    private final DropoutStream dropouts;
    private final List<Passes<?, ?>> passes = new ArrayList<>();

    /**
     * @param dropouts of the training passes, if one of rate 0
     */
    protected SequenceModel(Kernels kernels, ParameterSet parameters, DropoutStream dropouts) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.dropouts = dropouts;
    }

    protected final Kernels kernels() {
        return kernels;
    }

    protected final ParameterSet parameters() {
        return parameters;
    }

    /** Masks of the training passes. */
    protected final DropoutStream dropouts() {
        return dropouts;
    }

    /** A place for passes of one kind; they are forgotten when the weights are replaced, since a pass may hold what it read from buffers. */
    protected final <K, P> Passes<K, P> passes(Function<K, P> record, Function<P, Tape> tape) {
        return keep(new Passes<>(record, pass -> tape.apply(pass).numbers(), MOST_PASSES));
    }

    /** The same for passes that do not say how large they are: few are kept. */
    protected final <K, P> Passes<K, P> passes(Function<K, P> record) {
        return keep(new Passes<>(record, _ -> 0, MOST_OF_UNKNOWN_SIZE));
    }

    private <K, P> Passes<K, P> keep(Passes<K, P> kept) {
        passes.add(kept);
        return kept;
    }

    /** Moves the masks on to the step that is about to be computed; to be called before the forward pass of a training step. */
    protected final void beginStep() {
        dropouts.moveTo(parameters.updates());
    }

    /** One AdamW update with the gradients of the backward pass before. */
    protected final void update(OptimizerStep step) {
        parameters.update(AdamW.Settings.of(step.learningRate(), step.weightDecay()));
    }

    /** The same with the gradients scaled down to a norm of at most {@code maxNorm}; 0 leaves them as they are. */
    protected final void update(OptimizerStep step, double maxNorm) {
        if (maxNorm == 0) {
            update(step);
        } else {
            parameters.update(AdamW.Settings.of(step.learningRate(), step.weightDecay()), maxNorm);
        }
    }

    @Override
    public final List<NamedTensor> weights() {
        List<NamedTensor> weights = new ArrayList<>();
        for (ParameterSet.Entry entry : parameters.entries()) {
            weights.add(named(entry.name(), entry.variable().value()));
        }
        return weights;
    }

    @Override
    public final void copyWeights(List<NamedTensor> into) {
        int t = 0;
        for (ParameterSet.Entry entry : parameters.entries()) {
            kernels.download(entry.variable().value(), into.get(t++).values());
        }
    }

    @Override
    public final void setWeights(List<NamedTensor> weights) {
        Map<String, Tensor> targets = new LinkedHashMap<>();
        for (ParameterSet.Entry entry : parameters.entries()) {
            targets.put(entry.name(), entry.variable().value());
        }
        replace(targets, weights);
        passes.forEach(Passes::forget);
    }

    @Override
    public final List<NamedTensor> trainingState() {
        List<NamedTensor> state = new ArrayList<>();
        long updates = parameters.updates();
        float[] pieces = new float[4]; // a float holds 16 bits of the count exactly
        for (int i = 0; i < 4; i++) {
            pieces[i] = (updates >>> (16 * i)) & 0xffff;
        }
        state.add(new NamedTensor(STEPS, List.of(4), pieces));
        for (ParameterSet.Entry entry : parameters.trained()) {
            state.add(named(FIRST + entry.name(), entry.first()));
            state.add(named(SECOND + entry.name(), entry.second()));
        }
        return state;
    }

    @Override
    public final void setTrainingState(List<NamedTensor> state) {
        Map<String, Tensor> targets = new LinkedHashMap<>();
        Tensor steps = kernels.zeros(4);
        targets.put(STEPS, steps);
        for (ParameterSet.Entry entry : parameters.trained()) {
            targets.put(FIRST + entry.name(), entry.first());
            targets.put(SECOND + entry.name(), entry.second());
        }
        replace(targets, state);
        long updates = 0;
        float[] pieces = kernels.toFloats(steps);
        for (int i = 0; i < 4; i++) {
            updates |= (long) pieces[i] << (16 * i);
        }
        parameters.setUpdates(updates);
    }

    /** Checks everything before anything is replaced. */
    private void replace(Map<String, Tensor> targets, List<NamedTensor> sources) {
        Map<String, NamedTensor> byName = new LinkedHashMap<>();
        for (NamedTensor source : sources) {
            Tensor target = targets.get(source.name());
            if (target == null) {
                throw new IllegalArgumentException("unknown tensor " + source.name() + "; expected " + targets.keySet());
            }
            Shape found = Shape.of(source.shape().stream().mapToInt(Integer::intValue).toArray());
            if (!found.equals(target.shape())) {
                throw new ShapeMismatchException(source.name(), target.shape(), found);
            }
            byName.put(source.name(), source);
        }
        if (byName.size() != targets.size()) {
            List<String> missing = targets.keySet().stream().filter(name -> !byName.containsKey(name)).toList();
            throw new IllegalArgumentException("missing tensors " + missing);
        }
        byName.forEach((name, source) -> kernels.upload(source.values(), Objects.requireNonNull(targets.get(name))));
    }

    private NamedTensor named(String name, Tensor tensor) {
        List<Integer> shape = new ArrayList<>();
        for (int dim : tensor.shape().toArray()) {
            shape.add(dim);
        }
        return new NamedTensor(name, shape, kernels.toFloats(tensor));
    }

    /**
     * The passes used last, by what they were recorded for: as many as sequences of a few padded lengths need, and no more than fit. Recording one
     * again costs its memory, not its result.
     */
    protected static final class Passes<K, P> {
        private final Function<K, P> record;
        private final ToLongFunction<P> size;
        private final int most;
        private final LinkedHashMap<K, P> kept = new LinkedHashMap<>(8, 0.75f, true);
        private long numbers;

        private Passes(Function<K, P> record, ToLongFunction<P> size, int most) {
            this.record = record;
            this.size = size;
            this.most = most;
        }

        /** The pass for this shape, recorded now if it is not among those kept. */
        public P of(K shape) {
            P found = kept.get(shape);
            if (found != null) {
                return found;
            }
            while (!kept.isEmpty() && (kept.size() >= most || numbers > MOST_NUMBERS)) {
                numbers -= size.applyAsLong(Objects.requireNonNull(kept.pollFirstEntry()).getValue());
            }
            P made = record.apply(shape);
            kept.put(shape, made);
            numbers += size.applyAsLong(made);
            return made;
        }

        private void forget() {
            kept.clear();
            numbers = 0;
        }
    }
}
