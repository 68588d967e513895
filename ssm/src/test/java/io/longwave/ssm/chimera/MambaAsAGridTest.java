package io.longwave.ssm.chimera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.GridScan.Form;
import io.longwave.kernel.GridScan.Parameters;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.tensor.Tensor;

/** Without coupling a grid is one selective scan along time and one along the variates: the published numbers of Mamba come out of either. */
class MambaAsAGridTest {
    private static final Kernels KERNELS = new ReferenceKernels();
    private static final Path CASES = Path.of("src/test/resources/golden");

    /** A scan of H channels over L steps; batch B. */
    private record Scan(int channels, int length, int batch, int n, double[] x, double[] step, double[] a, double[] b, double[] c,
            double[] d) {

        /** y of the grid that has the scan along one axis and one step along the other, [H, L, B]. */
        double[] onGrid(Discretization discretization, boolean alongVariates) {
            int variates = alongVariates ? length : 1;
            int steps = alongVariates ? 1 : length;
            int[] sequence = {channels, variates, steps, batch};
            int[] shared = {n, variates, steps, batch};
            Tensor noModes = KERNELS.zeros(channels, n);
            Tensor noInput = KERNELS.zeros(shared);
            Tensor aT = KERNELS.of(a, channels, n);
            Tensor bT = KERNELS.of(b, shared);
            Tensor cT = KERNELS.of(c, shared);
            Tensor stepT = KERNELS.of(step, sequence);
            Tensor dT = KERNELS.of(d, channels);
            Form form = new Form(alongVariates ? Discretization.NONE : discretization, alongVariates ? discretization : Discretization.NONE,
                    false,
                    false);
            Parameters parameters = alongVariates
                    ? new Parameters(noModes, noModes, noModes, aT, noInput, bT, noInput, cT, dT, null, stepT)
                    : new Parameters(aT, noModes, noModes, noModes, bT, noInput, cT, noInput, dT, stepT, null);
            Tensor y = KERNELS.zeros(sequence);
            KERNELS.gridScan().forward(form, KERNELS.of(x, sequence), parameters, null, y, null, null);
            return KERNELS.toDoubles(y);
        }
    }

    private static double softplus(double x) {
        return Math.log1p(Math.exp(x));
    }

    @ParameterizedTest
    @CsvSource({"scan-mamba-1,EULER,false", "scan-mamba-1,EULER,true", "scan-mamba-exact-zoh,ZERO_ORDER_HOLD,false",
            "scan-mamba-exact-zoh,ZERO_ORDER_HOLD,true"})
    void mambaIsAGridWithoutCoupling(String name, Discretization discretization, boolean alongVariates) {
        GoldenCase golden = GoldenCase.read(CASES.resolve(name + ".json"));
        int batch = golden.configInt("batch");
        int channels = golden.configInt("channels");
        int length = golden.configInt("length");
        int n = golden.configInt("state");
        double[] raw = GridGolden.turn(golden.input("delta").data(), batch, channels * length, 1);
        double[] step = new double[raw.length];
        for (int i = 0; i < step.length; i++) {
            step[i] = softplus(raw[i] + golden.input("delta_bias").data()[i / (length * batch)]);
        }
        double[] y = new Scan(channels, length, batch, n, GridGolden.turn(golden.input("u").data(), batch, channels * length, 1), step,
                golden.input("A").data(), GridGolden.turn(golden.input("B").data(), batch, n * length, 1),
                GridGolden.turn(golden.input("C").data(), batch, n * length, 1), golden.input("D").data())
                .onGrid(discretization, alongVariates);
        double[] z = GridGolden.turn(golden.input("z").data(), batch, channels * length, 1);
        double[] expected = GridGolden.turn(output(golden), batch, channels * length, 1);
        for (int i = 0; i < expected.length; i++) {
            assertThat(y[i] * z[i] / (1 + Math.exp(-z[i]))).isCloseTo(expected[i], within(1e-11));
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void mamba2IsAGridWithOneDecayPerHead(boolean alongVariates) {
        GoldenCase golden = GoldenCase.read(CASES.resolve("scan-mamba2-1.json"));
        int batch = golden.configInt("batch");
        int heads = golden.configInt("heads");
        int width = golden.configInt("head_dim");
        int length = golden.configInt("length");
        int n = golden.configInt("state");
        int channels = heads * width;
        double[] x = new double[channels * length * batch];
        double[] step = new double[x.length];
        double[] expected = new double[x.length];
        double[] a = new double[channels * n];
        double[] d = new double[channels];
        for (int e = 0; e < channels; e++) {
            int head = e / width;
            d[e] = golden.input("D").data()[head];
            for (int k = 0; k < n; k++) {
                a[e * n + k] = golden.input("A").data()[head];
            }
            for (int t = 0; t < length; t++) {
                for (int b = 0; b < batch; b++) {
                    int at = (e * length + t) * batch + b;
                    int position = (b * heads + head) * length + t;
                    x[at] = golden.input("x").data()[position * width + e % width];
                    step[at] = softplus(golden.input("delta").data()[position] + golden.input("delta_bias").data()[head]);
                    expected[at] = output(golden)[position * width + e % width];
                }
            }
        }
        double[] y = new Scan(channels, length, batch, n, x, step, a, GridGolden.turn(golden.input("B").data(), batch, length, n),
                GridGolden.turn(golden.input("C").data(), batch, length, n), d).onGrid(Discretization.EULER, alongVariates);
        for (int i = 0; i < expected.length; i++) {
            assertThat(y[i]).isCloseTo(expected[i], within(1e-11));
        }
    }

    private static double[] output(GoldenCase golden) {
        var y = golden.section("outputs").get("y");
        assertThat(y).isNotNull();
        return java.util.Objects.requireNonNull(y).data();
    }
}
