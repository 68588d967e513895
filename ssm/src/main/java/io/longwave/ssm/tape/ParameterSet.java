package io.longwave.ssm.tape;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/** The named tensors of a model, trained ones and fixed buffers, with the moments of the optimiser. */
public final class ParameterSet {
    private final Kernels kernels;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Tensor gradientNorm;
    private long updates;

    public ParameterSet(Kernels kernels) {
        this.kernels = kernels;
        this.gradientNorm = kernels.zeros(1);
    }

    /** Of the memory the tensors are in. */
    public Kernels kernels() {
        return kernels;
    }

    /** Adds a trained tensor of the {@link Group#DEFAULT default} group. */
    public Variable trained(String name, double[] initial, int... dims) {
        return trained(name, Group.DEFAULT, initial, dims);
    }

    /** Adds a trained tensor. */
    public Variable trained(String name, Group group, double[] initial, int... dims) {
        Tensor value = kernels.of(initial, dims);
        Entry entry = new Entry(name, group, Variable.trained(kernels, value), kernels.zeros(dims), kernels.zeros(dims));
        add(entry);
        return entry.variable;
    }

    /** Adds a tensor that is stored with the model and never changes. */
    public Variable buffer(String name, double[] values, int... dims) {
        Tensor none = kernels.zeros(0);
        Entry entry = new Entry(name, Group.DEFAULT, Variable.constant(kernels, kernels.of(values, dims)), none, none);
        add(entry);
        return entry.variable;
    }

    private void add(Entry entry) {
        if (entries.putIfAbsent(entry.name, entry) != null) {
            throw new IllegalArgumentException("two tensors are called " + entry.name);
        }
    }

    /** All tensors in the order they were added. */
    public Collection<Entry> entries() {
        return entries.values();
    }

    /** Those that are trained. */
    public List<Entry> trained() {
        List<Entry> trained = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.variable.differentiable()) {
                trained.add(entry);
            }
        }
        return trained;
    }

    /** @throws IllegalArgumentException if there is none of this name */
    public Entry get(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no tensor is called " + name + "; there are " + entries.keySet());
        }
        return entry;
    }

    /** Forgets all gradients before a new backward pass. They are cleared together: most steps add to those of trained tensors. */
    public void forgetGradients() {
        List<Tensor> gradients = new ArrayList<>();
        for (Entry entry : entries.values()) {
            entry.variable.forgetGradient();
            if (entry.variable.differentiable()) {
                gradients.add(entry.variable.gradient());
                entry.variable.markCleared();
            }
        }
        kernels.clear(gradients);
    }

    /**
     * As {@link #update(AdamW.Settings)}, by gradients that are scaled down to a Euclidean norm of at most {@code maxNorm} all together; Pascanu et
     * al., arXiv:1211.5063, algorithm 1.
     */
    public void update(AdamW.Settings settings, double maxNorm) {
        Map<Group, AdamW.Settings> ofGroup = new HashMap<>();
        List<AdamW.Moved> reached = new ArrayList<>();
        for (Entry entry : entries.values()) {
            Variable variable = entry.variable;
            if (variable.differentiable() && variable.reached()) {
                reached.add(new AdamW.Moved(variable.value(), variable.gradient(), entry.first, entry.second,
                        ofGroup.computeIfAbsent(entry.group, group -> group.of(settings))));
            }
        }
        kernels.adamW().update(reached, updates + 1, maxNorm, gradientNorm);
        updates++;
    }

    /** One AdamW update of every tensor the last backward pass reached; the others are neither moved nor decayed. */
    public void update(AdamW.Settings settings) {
        update(settings, Double.POSITIVE_INFINITY);
    }

    /** The norm of all gradients of the last update that limited it. */
    public double gradientNorm() {
        return kernels.toDoubles(gradientNorm)[0];
    }

    /** Updates made so far. */
    public long updates() {
        return updates;
    }

    /** Continues a count read from a checkpoint. */
    public void setUpdates(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("updates: expected at least 0 but was " + count);
        }
        this.updates = count;
    }

    /**
     * How the optimiser treats a tensor beside the others.
     *
     * @param rateScale multiplies the learning rate of a step; state-space parameters learn slower than the rest
     * @param decayed whether weight decay reaches it
     */
    public record Group(double rateScale, boolean decayed) {
        public static final Group DEFAULT = new Group(1, true);
        /** Biases, gains and state-space parameters that keep the common rate. */
        public static final Group NO_DECAY = new Group(1, false);

        public Group {
            if (!(rateScale >= 0)) {
                throw new IllegalArgumentException("learning rate scale: expected at least 0 but was " + rateScale);
            }
        }

        private AdamW.Settings of(AdamW.Settings common) {
            return new AdamW.Settings(common.learningRate() * rateScale, decayed ? common.weightDecay() : 0, common.beta1(), common.beta2(),
                    common.epsilon());
        }
    }

    /**
     * One tensor.
     *
     * @param first,second moments of the optimiser, empty for a buffer
     */
    public record Entry(String name, Group group, Variable variable, Tensor first, Tensor second) {}
}
