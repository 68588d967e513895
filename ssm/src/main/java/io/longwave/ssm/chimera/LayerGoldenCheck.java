package io.longwave.ssm.chimera;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.ssm.chimera.SelectiveGrid.StepProjection;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.Variable;

/** Cases {@code chimera-layer}: a selective scan in each direction of the variates, added and gated. */
record LayerGoldenCheck(String kind) implements GoldenCheck {

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        GridGolden grid = new GridGolden(golden, kernels);
        int channels = golden.configInt("channels");
        Discretization discretization = golden.configHas("discretization")
                ? DiscretizationNames.parse(golden.configText("discretization"))
                : Discretization.ZERO_ORDER_HOLD;
        Variable x = grid.turned("x", new int[]{grid.batch, grid.variates, grid.steps, channels}, channels, channels, grid.variates,
                grid.steps,
                grid.batch);
        Variable up = direction(grid, "f_", channels).record(grid.recorder, new Form(discretization, discretization, false, false), x, null)
                .y();
        Variable down = direction(grid, "r_", channels)
                .record(grid.recorder, new Form(discretization, discretization, false, true), x, null).y();
        Variable gate = grid.tape.pointwise(Function.SILU,
                grid.tape.linear(x, grid.plain("Wz", new int[]{channels, channels}, channels, channels), null));
        Variable y = grid.tape.times(gate, grid.tape.plus(up, down));
        Map<String, double[]> grads = grid.differentiate(y, channels);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("y", grid.turnedBack(y, channels));
        return new Computed(outputs, grads);
    }

    private static SelectiveGrid direction(GridGolden grid, String prefix, int channels) {
        int n = grid.states;
        return new SelectiveGrid(matrix(grid, prefix + "A1", channels, n), matrix(grid, prefix + "A2", channels, n),
                matrix(grid, prefix + "A3", channels, n), matrix(grid, prefix + "A4", channels, n),
                matrix(grid, prefix + "WB1", n, channels),
                matrix(grid, prefix + "WB2", n, channels), matrix(grid, prefix + "WC1", n, channels),
                matrix(grid, prefix + "WC2", n, channels),
                step(grid, prefix, "1", channels), step(grid, prefix, "2", channels),
                grid.plain(prefix + "D", new int[]{channels}, channels));
    }

    private static StepProjection step(GridGolden grid, String prefix, String axis, int channels) {
        return new StepProjection(null, matrix(grid, prefix + "Wd" + axis, channels, channels),
                grid.plain(prefix + "bd" + axis, new int[]{channels}, channels));
    }

    private static Variable matrix(GridGolden grid, String name, int rows, int columns) {
        return grid.plain(name, new int[]{rows, columns}, rows, columns);
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return GridGolden.SINGLE;
    }
}
