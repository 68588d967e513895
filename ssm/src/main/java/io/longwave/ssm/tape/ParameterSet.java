package io.longwave.ssm.tape;

import java.util.ArrayList;
import java.util.Collection;
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
    private long updates;

    public ParameterSet(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Adds a trained tensor. */
    public Variable trained(String name, double[] initial, int... dims) {
        Tensor value = kernels.of(initial, dims);
        Entry entry = new Entry(name, Variable.trained(kernels, value), kernels.zeros(dims), kernels.zeros(dims));
        add(entry);
        return entry.variable;
    }

    /** Adds a tensor that is stored with the model and never changes. */
    public Variable buffer(String name, double[] values, int... dims) {
        Tensor none = kernels.zeros(0);
        Entry entry = new Entry(name, Variable.constant(kernels, kernels.of(values, dims)), none, none);
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

    public void forgetGradients() {
        entries.values().forEach(entry -> entry.variable.forgetGradient());
    }

    /** One AdamW update of every tensor the last backward pass reached; the others are neither moved nor decayed. */
    public void update(AdamW.Settings settings) {
        updates++;
        for (Entry entry : entries.values()) {
            Variable variable = entry.variable;
            if (variable.differentiable() && variable.reached()) {
                kernels.adamW().update(variable.value(), variable.gradient(), entry.first, entry.second, settings, updates);
            }
        }
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
     * One tensor.
     *
     * @param first,second moments of the optimiser, empty for a buffer
     */
    public record Entry(String name, Variable variable, Tensor first, Tensor second) {}
}
