package io.longwave.ssm.chimera;

import java.util.LinkedHashMap;
import java.util.Map;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.chimera.GridRecorder.Inputs;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.tape.Variable;

/** Cases {@code chimera-kernel2d}: the response to one impulse at the corner of the grid, and the convolution with it, which is the scan. */
record ImpulseGoldenCheck(String kind) implements GoldenCheck {

    @Override
    public Computed compute(GoldenCase golden, Kernels kernels) {
        GridGolden grid = new GridGolden(golden, kernels);
        boolean companion = golden.configHas("companion") && golden.configFlag("companion");
        Form form = new Form(Discretization.NONE, Discretization.NONE, companion, false);
        int n = grid.states;
        int[] modes = {n};
        Variable x = grid.plain("x", new int[]{grid.variates, grid.steps}, 1, grid.variates, grid.steps, 1);
        double[] corner = new double[grid.variates * grid.steps];
        corner[0] = 1;
        Variable impulse = Variable.constant(kernels, kernels.of(corner, 1, grid.variates, grid.steps, 1));
        Inputs inputs = new Inputs(grid.plain(companion ? "a1" : "A1", modes, 1, n), grid.plain("A2", modes, 1, n),
                grid.plain("A3", modes, 1, n),
                grid.plain("A4", modes, 1, n), grid.plain("B1", modes, 1, n), grid.plain("B2", modes, 1, n), grid.plain("C1", modes, 1, n),
                grid.plain("C2", modes, 1, n), grid.skip(), null, null);
        Variable response = grid.recorder.scan(form, impulse, inputs, null).y();
        Variable y = grid.recorder.scan(form, x, inputs, null).y();
        Map<String, double[]> grads = grid.differentiate(y, 1);
        Map<String, double[]> outputs = new LinkedHashMap<>();
        outputs.put("K", kernels.toDoubles(response.value()));
        outputs.put("y", kernels.toDoubles(y.value()));
        return new Computed(outputs, grads);
    }

    @Override
    public Bounds singlePrecisionBounds(GoldenCase golden) {
        return GridGolden.SINGLE;
    }
}
