package io.longwave.ssm.chimera;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.chimera.GridRecorder.Inputs;
import io.longwave.ssm.chimera.GridRecorder.States;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.Variable;

/** Cases {@code chimera-const}: discrete parameters that are the same everywhere. */
record ConstantGoldenCheck(String kind) implements GoldenCheck {

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        GridGolden grid = new GridGolden(golden, kernels);
        boolean companion = golden.configHas("companion") && golden.configFlag("companion");
        boolean reverse = golden.configHas("reverse_variates") && golden.configFlag("reverse_variates");
        Form form = new Form(Discretization.NONE, Discretization.NONE, companion, reverse);
        int n = grid.states;
        int[] modes = {n};
        Variable x = grid.turned("x", new int[]{grid.batch, grid.variates, grid.steps}, 1, 1, grid.variates, grid.steps, grid.batch);
        Inputs inputs = new Inputs(grid.plain(companion ? "a1" : "A1", modes, 1, n), grid.plain("A2", modes, 1, n),
                grid.plain("A3", modes, 1, n),
                grid.plain("A4", modes, 1, n), grid.plain("B1", modes, 1, n), grid.plain("B2", modes, 1, n), grid.plain("C1", modes, 1, n),
                grid.plain("C2", modes, 1, n), grid.skip(), null, null);
        States before = grid.before();
        Variable y = grid.recorder.scan(form, x, inputs, before).y();
        Map<String, double[]> grads = grid.differentiate(y, 1);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("y", grid.turnedBack(y, 1));
        double[][] states = grid.statesOverTime(form, kernels.toDoubles(x.value()), _ -> inputs, before);
        outputs.put("h1", states[0]);
        outputs.put("h2", states[1]);
        return new Computed(outputs, grads);
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return GridGolden.SINGLE;
    }
}
