package io.longwave.ssm.mamba;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.SelectiveScan;
import io.longwave.ssm.golden.AxisOrder;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCaseException;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.golden.GoldenTensor;
import io.longwave.tensor.Tensor;

/** Cases {@code scan-mamba} and {@code scan-mamba2}: the selective scan by itself, forward and backward. */
public record ScanGoldenCheck(String kind) implements GoldenCheck {

    /** A check per kind. */
    public static List<GoldenCheck> all() {
        return List.of(new ScanGoldenCheck("scan-mamba"), new ScanGoldenCheck("scan-mamba2"));
    }

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        boolean headed = kind.equals("scan-mamba2");
        Layout layout = headed ? headed(golden, kernels) : channelled(golden, kernels);
        SelectiveScan.Inputs inputs = headed
                ? layout.inputs(1, false, false)
                : layout.inputs(golden.configInt("groups"), golden.configFlag("exact_zoh_B"), golden.configFlag("reverse_time"));
        int[] rows = inputs.u().shape().toArray();
        int[] states = {inputs.channels(), inputs.batch(), inputs.states()};
        Tensor y = kernels.zeros(rows);
        Tensor kept = kernels.zeros(SelectiveScan.keptStates(inputs.length()), inputs.batch(), inputs.states(), inputs.channels());
        Tensor last = kernels.zeros(states);
        kernels.selectiveScan().forward(inputs, y, kept, last);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        Map<String, double[]> grads = new LinkedHashMap<>();
        Tensor sizes = kernels.zeros(inputs.delta().shape().toArray());
        kernels.selectiveScan().stepSizes(inputs.delta(), inputs.deltaBias(), sizes);
        outputs.put("dt", layout.order("delta").back(kernels, sizes));
        outputs.put("y", layout.order(layout.input).back(kernels, y));
        outputs.put("last_state", layout.state.back(kernels, last));

        if (!golden.section("grads").isEmpty()) {
            GoldenTensor weight = golden.section("loss_weight").get("loss_weight");
            if (weight == null) {
                throw new GoldenCaseException(
                        "expected a tensor loss_weight beside grads, found " + golden.section("loss_weight").keySet());
            }
            Tensor dy = layout.order(layout.input).tensor(kernels, "loss_weight", weight, rows);
            Map<String, Tensor> into = new LinkedHashMap<>();
            layout.tensors.forEach((name, tensor) -> into.put(name, kernels.zeros(tensor.shape().toArray())));
            kernels.selectiveScan().backward(inputs, kept, dy, null,
                    new SelectiveScan.Gradients(of(into, layout.input), of(into, "delta"), of(into, "A"), of(into, "B"), of(into, "C"),
                            into.get("D"), into.get("delta_bias"), into.get("z"), into.get("h0")));
            into.forEach((name, gradient) -> grads.put(name, layout.order(name).back(kernels, gradient)));
        }
        return new Computed(outputs, grads);
    }

    private static Tensor of(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }

    /** [batch, channel, time] of a case, a head per channel. */
    private static Layout channelled(GoldenCase golden, Kernels kernels) {
        int batch = golden.configInt("batch");
        int channels = golden.configInt("channels");
        int length = golden.configInt("length");
        int n = golden.configInt("state");
        int groups = golden.configInt("groups");
        Layout layout = new Layout(golden, kernels, "u", new AxisOrder(new int[]{batch, channels, n}, 1, 0, 2));
        AxisOrder rows = new AxisOrder(new int[]{batch, channels, length}, 1, 0, 2);
        AxisOrder inputs = new AxisOrder(new int[]{batch, groups * n, length}, 1, 0, 2);
        layout.add("u", rows, new int[]{batch, channels, length}, channels, batch, length);
        layout.add("delta", rows, new int[]{batch, channels, length}, channels, batch, length);
        layout.add("A", new AxisOrder(new int[]{channels, n}, 0, 1), new int[]{channels, n}, channels, n);
        layout.add("B", inputs, new int[]{batch, groups, n, length}, groups * n, batch, length);
        layout.add("C", inputs, new int[]{batch, groups, n, length}, groups * n, batch, length);
        layout.addIfThere("D", new AxisOrder(new int[]{channels}, 0), new int[]{channels}, channels);
        layout.addIfThere("delta_bias", new AxisOrder(new int[]{channels}, 0), new int[]{channels}, channels);
        if (golden.configFlag("gate")) {
            layout.add("z", rows, new int[]{batch, channels, length}, channels, batch, length);
        }
        if (golden.configFlag("init_state")) {
            layout.add("h0", layout.state, new int[]{batch, channels, n}, channels, batch, n);
        }
        return layout;
    }

    /** [batch, head, time, P] of a case; B and C [batch, time, state] are shared by all heads. */
    private static Layout headed(GoldenCase golden, Kernels kernels) {
        int batch = golden.configInt("batch");
        int heads = golden.configInt("heads");
        int perHead = golden.configInt("head_dim");
        int length = golden.configInt("length");
        int n = golden.configInt("state");
        Layout layout = new Layout(golden, kernels, "x", new AxisOrder(new int[]{batch, heads * perHead, n}, 1, 0, 2));
        AxisOrder inputs = new AxisOrder(new int[]{batch, length, n}, 2, 0, 1);
        layout.add("x", new AxisOrder(new int[]{batch, heads, length, perHead}, 1, 3, 0, 2),
                new int[]{batch, heads, length, perHead}, heads * perHead, batch, length);
        layout.add("delta", new AxisOrder(new int[]{batch, heads, length}, 1, 0, 2), new int[]{batch, heads, length}, heads, batch, length);
        layout.add("A", new AxisOrder(new int[]{heads}, 0), new int[]{heads}, heads, 1);
        layout.add("B", inputs, new int[]{batch, length, n}, n, batch, length);
        layout.add("C", inputs, new int[]{batch, length, n}, n, batch, length);
        layout.addIfThere("D", new AxisOrder(new int[]{heads}, 0), new int[]{heads}, heads);
        layout.addIfThere("delta_bias", new AxisOrder(new int[]{heads}, 0), new int[]{heads}, heads);
        return layout;
    }

    /** As the makers of the cases suggest for float32: a few hundred roundings, slow decays add them up. */
    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return new Bounds(2e-5, 1e-4, 1);
    }

    /** As the makers of the cases suggest for any order of sums in double. */
    @Override
    public Bounds doublePrecisionBounds(GoldenCase golden) {
        return new Bounds(1e-11, 1e-10, 1);
    }

    /** The tensors of a case in our layout, and how each one gets back. */
    private static final class Layout {
        private final GoldenCase golden;
        private final Kernels kernels;
        private final String input;
        private final AxisOrder state;
        private final Map<String, Tensor> tensors = new LinkedHashMap<>();
        private final Map<String, AxisOrder> orders = new LinkedHashMap<>();

        Layout(GoldenCase golden, Kernels kernels, String input, AxisOrder state) {
            this.golden = golden;
            this.kernels = kernels;
            this.input = input;
            this.state = state;
        }

        void add(String name, AxisOrder order, int[] shape, int... ours) {
            GoldenTensor tensor = golden.input(name).require("inputs." + name, shape);
            orders.put(name, order);
            tensors.put(name, order.tensor(kernels, "inputs." + name, tensor, ours));
        }

        void addIfThere(String name, AxisOrder order, int[] shape, int... ours) {
            if (golden.section("inputs").containsKey(name)) {
                add(name, order, shape, ours);
            }
        }

        SelectiveScan.Inputs inputs(int groups, boolean exactHold, boolean reversed) {
            return new SelectiveScan.Inputs(of(tensors, input), of(tensors, "delta"), of(tensors, "A"), of(tensors, "B"),
                    of(tensors, "C"), groups, tensors.get("D"),
                    tensors.get("delta_bias"), tensors.get("z"), tensors.get("h0"), exactHold, reversed);
        }

        AxisOrder order(String name) {
            return Objects.requireNonNull(orders.get(name));
        }
    }
}
