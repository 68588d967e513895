package io.longwave.ssm.spacetime;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCaseException;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.ssm.spacetime.SpaceTimeConfig.LossWeights;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Variable;

/** Cases {@code st_network}: forward pass, the three losses, all gradients and, where asked, AdamW steps. */
record NetworkGoldenCheck(String kind) implements GoldenCheck {

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        SpaceTimeConfig config = config(golden);
        SpaceTimeNetwork network = network(golden, kernels, config);
        int batch = golden.configInt("batch");
        int rows = config.lag() + config.horizon();
        GoldenTensor series = golden.input("series").require("inputs.series", batch, rows, config.variates());
        SpaceTimeNetwork.Pass pass = network.trainingPass(batch, null);
        kernels.upload(series.data(), pass.windows);
        pass.forward();
        pass.backward();
        Map<String, double[]> grads = OpenLoopGoldenCheck.gradients(network.parameters(), kernels);
        Map<String, double[]> outputs = outputs(kernels, config, wholePass(golden, kernels, config, pass, series, batch), series, batch);
        outputs.put("loss_total", new double[]{pass.loss()});
        if (golden.configHas("adamw")) {
            train(golden, kernels, network, pass, outputs);
        }
        return new Computed(outputs, grads);
    }

    private static SpaceTimeNetwork network(GoldenCase golden, Kernels kernels, SpaceTimeConfig config) {
        SpaceTimeNetwork network = new SpaceTimeNetwork(kernels, config);
        for (ParameterSet.Entry entry : network.parameters().entries()) {
            int[] dims = entry.variable().value().shape().toArray();
            kernels.upload(golden.paramOrBuffer(entry.name()).require(entry.name(), dims).data(), entry.variable().value());
        }
        return network;
    }

    /** A pass that has all three parts of the loss, of which a training leaves out those of no weight. */
    private static SpaceTimeNetwork.Pass wholePass(GoldenCase golden, Kernels kernels, SpaceTimeConfig config, SpaceTimeNetwork.Pass pass,
            GoldenTensor series, int batch) {
        LossWeights weights = config.lossWeights();
        boolean whole = weights.horizon() != 0 && weights.oneStep() != 0 && weights.nextInput() != 0;
        if (whole || config.lag() <= config.encoderStateSize()) {
            return pass;
        }
        SpaceTimeNetwork.Pass all = network(golden, kernels, config.withLossWeights(LossWeights.ALL)).trainingPass(batch, null);
        kernels.upload(series.data(), all.windows);
        all.forward();
        return all;
    }

    static SpaceTimeConfig config(GoldenCase golden) {
        int variates = golden.configInt("d_in");
        if (golden.configInt("pre_n_kernels") != SpaceTimeConfig.FILTERS) {
            throw new GoldenCaseException(
                    "config.pre_n_kernels: expected " + SpaceTimeConfig.FILTERS + " but was " + golden.configInt("pre_n_kernels"));
        }
        LossWeights weights = new LossWeights(golden.configNumber("loss_weights.0"), golden.configNumber("loss_weights.1"),
                golden.configNumber("loss_weights.2"));
        int maxWindow = golden.configInt("max_avg_window");
        return new SpaceTimeConfig(variates, golden.configInt("lag"), golden.configInt("horizon"), golden.configInt("model_dim"),
                golden.configInt("encoder_blocks"), golden.configInt("block0_n_kernels"), golden.configInt("encoder_kernel_dim"),
                golden.configInt("decoder_kernel_dim"), Math.min(4, maxWindow - 1), maxWindow, golden.configInt("norm_order"), 0, weights,
                Offset.MEAN, 0);
    }

    private static Map<String, double[]> outputs(Kernels kernels, SpaceTimeConfig config, SpaceTimeNetwork.Pass pass, GoldenTensor series,
            int batch) {
        int lag = config.lag();
        int horizon = config.horizon();
        int variates = config.variates();
        int width = config.modelDim();
        double[] offset = kernels.toDoubles(pass.offset);
        double[] mean = new double[batch * variates];
        double[] embedding = new double[batch * lag * width];
        for (int b = 0; b < batch; b++) {
            for (int v = 0; v < variates; v++) {
                mean[b * variates + v] = offset[v * batch + b];
            }
            for (int t = 0; t < lag; t++) {
                for (int j = 0; j < width; j++) {
                    int v = j % variates;
                    embedding[(b * lag + t) * width + j] = series.data()[(b * (lag + horizon) + t) * variates + v] - offset[v * batch + b];
                }
            }
        }
        double[] forecast = kernels.toDoubles(pass.out);
        double squared = 0;
        double absolute = 0;
        for (int b = 0; b < batch; b++) {
            for (int i = 0; i < horizon * variates; i++) {
                double error = forecast[b * horizon * variates + i] - series.data()[(b * (lag + horizon) + lag) * variates + i];
                squared += error * error;
                absolute += Math.abs(error);
            }
        }
        double[] losses = kernels.toDoubles(pass.losses);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("mean", mean);
        outputs.put("embedding", embedding);
        outputs.put("block0_pre", GoldenLayout.batchMajor(kernels, pass.preprocessed()));
        outputs.put("block0_ssm", GoldenLayout.batchMajor(kernels, pass.firstSsm.value()));
        outputs.put("encoder_out", GoldenLayout.batchMajor(kernels, pass.encoded.value()));
        outputs.put("y_closed", GoldenLayout.batchMajor(kernels, pass.closed.value()));
        putIfComputed(outputs, "y_open", kernels, pass.open);
        putIfComputed(outputs, "z_open", kernels, pass.nextInput);
        outputs.put("forecast", forecast);
        outputs.put("loss_horizon", new double[]{losses[0]});
        outputs.put("loss_lag_open", new double[]{losses[1]});
        outputs.put("loss_next_input", new double[]{losses[2]});
        outputs.put("mse", new double[]{squared / forecast.length});
        outputs.put("mae", new double[]{absolute / forecast.length});
        return outputs;
    }

    private static void putIfComputed(Map<String, double[]> outputs, String key, Kernels kernels, @Nullable Variable variable) {
        if (variable != null) {
            outputs.put(key, GoldenLayout.batchMajor(kernels, variable.value()));
        }
    }

    private static void train(GoldenCase golden, Kernels kernels, SpaceTimeNetwork network, SpaceTimeNetwork.Pass pass,
            Map<String, double[]> outputs) {
        int steps = golden.configInt("adamw.steps");
        AdamW.Settings settings = new AdamW.Settings(golden.configNumber("adamw.lr"), golden.configNumber("adamw.weight_decay"),
                golden.configNumber("adamw.beta1"), golden.configNumber("adamw.beta2"), golden.configNumber("adamw.eps"));
        double[] losses = new double[steps + 1];
        for (int i = 0; i < steps; i++) {
            losses[i] = pass.loss();
            network.parameters().update(settings);
            pass.forward();
            pass.backward();
        }
        losses[steps] = pass.loss();
        outputs.put("adamw_losses", losses);
        for (ParameterSet.Entry entry : network.parameters().trained()) {
            outputs.put("after_adamw." + entry.name(), kernels.toDoubles(entry.variable().value()));
        }
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return golden.configInt("norm_order") == 2 ? Bounds.NOT_CHECKED : new Bounds(2e-4, 5e-4, 1e-2);
    }
}
