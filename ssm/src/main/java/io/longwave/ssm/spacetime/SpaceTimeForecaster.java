package io.longwave.ssm.spacetime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.tape.DropoutStream;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.tensor.Shape;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;
import io.longwave.train.TrainableForecaster;

/**
 * A SpaceTime network as the training loop and the evaluation see it. Passes are recorded once per batch size and kept, so a step allocates
 * nothing. Confined to one thread at a time.
 */
public final class SpaceTimeForecaster implements TrainableForecaster {
    private static final String STEPS = "optimizer.steps";
    private static final String FIRST = "optimizer.first.";
    private static final String SECOND = "optimizer.second.";
    private static final int KEPT_PASSES = 4;

    private final SpaceTimeNetwork network;
    private final Kernels kernels;
    private final DropoutStream dropouts;
    private final Map<Integer, SpaceTimeNetwork.Pass> trainingPasses = recentlyUsed();
    private final Map<List<Integer>, SpaceTimeNetwork.Pass> forecastPasses = recentlyUsed();

    public SpaceTimeForecaster(Kernels kernels, SpaceTimeConfig config) {
        this.kernels = kernels;
        this.network = new SpaceTimeNetwork(kernels, config);
        this.dropouts = new DropoutStream(config.dropout(), config.seed());
    }

    private static <K> Map<K, SpaceTimeNetwork.Pass> recentlyUsed() {
        return new LinkedHashMap<>(8, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, SpaceTimeNetwork.Pass> eldest) {
                return size() > KEPT_PASSES;
            }
        };
    }

    public SpaceTimeConfig config() {
        return network.config();
    }

    @Override
    public int lag() {
        return config().lag();
    }

    @Override
    public int horizon() {
        return config().horizon();
    }

    @Override
    public int variates() {
        return config().variates();
    }

    @Override
    public double trainStep(float[] windows, int batch, OptimizerStep step) {
        SpaceTimeNetwork.Pass pass = trainingPasses.computeIfAbsent(batch, size -> network.trainingPass(size, dropouts));
        kernels.upload(windows, pass.windows);
        dropouts.moveTo(network.parameters().updates());
        pass.forward();
        double loss = pass.loss();
        pass.backward();
        network.parameters().update(AdamW.Settings.of(step.learningRate(), step.weightDecay()));
        return loss;
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        forecast(lags, batch, horizon(), out);
    }

    /**
     * Forecasts any number of steps: the closed loop rolls on past the horizon it was trained for.
     *
     * @param lags [B, L, V]; read only
     * @param out [B, steps, V]
     */
    public void forecast(float[] lags, int batch, int steps, float[] out) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps: expected at least 1 but was " + steps);
        }
        SpaceTimeNetwork.Pass pass = forecastPasses.computeIfAbsent(List.of(batch, steps), _ -> network.forecastPass(batch, steps));
        kernels.upload(lags, pass.windows);
        pass.forward();
        kernels.download(pass.out, out);
    }

    @Override
    public List<NamedTensor> weights() {
        List<NamedTensor> weights = new ArrayList<>();
        for (ParameterSet.Entry entry : network.parameters().entries()) {
            weights.add(named(entry.name(), entry.variable().value()));
        }
        return weights;
    }

    @Override
    public void setWeights(List<NamedTensor> weights) {
        Map<String, Tensor> targets = new LinkedHashMap<>();
        for (ParameterSet.Entry entry : network.parameters().entries()) {
            targets.put(entry.name(), entry.variable().value());
        }
        replace(targets, weights);
        // recorded passes hold filter banks laid out from the old buffers
        trainingPasses.clear();
        forecastPasses.clear();
    }

    @Override
    public List<NamedTensor> trainingState() {
        List<NamedTensor> state = new ArrayList<>();
        long updates = network.parameters().updates();
        float[] pieces = new float[4]; // a float holds 16 bits of the count exactly
        for (int i = 0; i < 4; i++) {
            pieces[i] = (updates >>> (16 * i)) & 0xffff;
        }
        state.add(new NamedTensor(STEPS, List.of(4), pieces));
        for (ParameterSet.Entry entry : network.parameters().trained()) {
            state.add(named(FIRST + entry.name(), entry.first()));
            state.add(named(SECOND + entry.name(), entry.second()));
        }
        return state;
    }

    @Override
    public void setTrainingState(List<NamedTensor> state) {
        Map<String, Tensor> targets = new LinkedHashMap<>();
        Tensor steps = kernels.zeros(4);
        targets.put(STEPS, steps);
        for (ParameterSet.Entry entry : network.parameters().trained()) {
            targets.put(FIRST + entry.name(), entry.first());
            targets.put(SECOND + entry.name(), entry.second());
        }
        replace(targets, state);
        long updates = 0;
        float[] pieces = kernels.toFloats(steps);
        for (int i = 0; i < 4; i++) {
            updates |= (long) pieces[i] << (16 * i);
        }
        network.parameters().setUpdates(updates);
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
        byName.forEach((name, source) -> kernels.upload(source.values(), java.util.Objects.requireNonNull(targets.get(name))));
    }

    private NamedTensor named(String name, Tensor tensor) {
        List<Integer> shape = new ArrayList<>();
        for (int dim : tensor.shape().toArray()) {
            shape.add(dim);
        }
        return new NamedTensor(name, shape, kernels.toFloats(tensor));
    }
}
