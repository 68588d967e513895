package io.longwave.ssm.ptd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.discretize.DenseDiscretization;
import io.longwave.ssm.hippo.Hippo;
import io.longwave.ssm.hippo.NormalPlusLowRank;

/**
 * What the perturbation is for: a wave at a frequency where S4D's approximation of LegS has a spike must not come through, since it does not
 * come through LegS. The numbers of the table in {@code docs/models.md} are printed here.
 */
class RobustnessTest {
    private static final double DURATION = 24;
    private static final double STEPS_PER_RADIAN = 8;

    /** LegS, LegS perturbed and diagonal, and its normal part alone, read out by the same coefficients of norm 1. */
    private record Systems(Hippo hippo, double[] c, PerturbedHippo perturbed, NormalPlusLowRank form) {

        static Systems of(int n) {
            Hippo hippo = Hippo.of(Hippo.Measure.LEGS, n);
            SplittableRandom random = new SplittableRandom(3);
            double[] c = new double[n];
            for (int i = 0; i < n; i++) {
                c[i] = random.nextGaussian();
            }
            double norm = Math.sqrt(Arrays.stream(c).map(value -> value * value).sum());
            return new Systems(hippo, Arrays.stream(c).map(value -> value / norm).toArray(),
                    PerturbedHippo.drawn(hippo, new SplittableRandom(1)), NormalPlusLowRank.of(hippo));
        }

        TransferFunction exact() {
            return TransferFunction.dense(hippo.a(), hippo.b(), c);
        }

        TransferFunction diagonalised() {
            return TransferFunction.of(perturbed, c);
        }

        TransferFunction s4d() {
            return TransferFunction.normalPart(form, c);
        }

        /** Four decades, and every frequency at which one of the two rings. */
        List<Double> frequencies() {
            List<Double> out = new ArrayList<>();
            for (int i = 0; i <= 400; i++) {
                out.add(Math.pow(10, -1 + 0.01 * i));
            }
            for (Complex mode : form.w()) {
                out.add(-mode.im());
            }
            for (Complex mode : perturbed.modes()) {
                out.add(-mode.im());
            }
            return out;
        }
    }

    private static double furthest(TransferFunction function, TransferFunction exact, List<Double> frequencies) {
        return frequencies.stream().mapToDouble(at -> function.at(at).minus(exact.at(at)).abs()).max().orElseThrow();
    }

    private static double spike(Systems systems) {
        return systems.frequencies().stream()
                .max((x, y) -> Double.compare(systems.s4d().at(x).minus(systems.exact().at(x)).abs(),
                        systems.s4d().at(y).minus(systems.exact().at(y)).abs()))
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32, 64})
    void theTransferFunctionStaysNearThatOfLegSWhereS4dHasSpikesOfOrderOne(int n) {
        Systems systems = Systems.of(n);
        double largest = systems.frequencies().stream().mapToDouble(at -> systems.exact().at(at).abs()).max().orElseThrow();
        double ours = furthest(systems.diagonalised(), systems.exact(), systems.frequencies());
        double s4d = furthest(systems.s4d(), systems.exact(), systems.frequencies());
        double slowest = Arrays.stream(systems.perturbed().modes()).mapToDouble(Complex::re).max().orElseThrow();
        double frequency = spike(systems);
        System.out.printf(Locale.ROOT, "N %d | max |G| %.3f | cond V %.0f | slowest %.2f | S4-PTD off by %.3f | S4D off by %.2f%n", n,
                largest, systems.perturbed().condition(), slowest, ours, s4d);
        System.out.printf(Locale.ROOT, "     wave at %.1f rad: LegS %.4f | S4-PTD %.4f | S4D %.4f%n", frequency,
                systems.exact().at(frequency).abs(), systems.diagonalised().at(frequency).abs(), systems.s4d().at(frequency).abs());
        assertThat(slowest).isLessThan(-0.25);
        assertThat(s4d).isGreaterThan(1);
        assertThat(ours).isLessThan(0.25).isLessThan(s4d / 6);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32})
    void aWaveAtASpikeOfS4dComesThroughS4dAndNotThroughThePerturbedSystem(int n) {
        Systems systems = Systems.of(n);
        double frequency = spike(systems);
        double dt = 1 / (STEPS_PER_RADIAN * frequency);
        double[] u = new double[(int) (DURATION / dt)];
        for (int t = 0; t < u.length; t++) {
            u[t] = Math.cos(frequency * dt * t);
        }
        double[] legs = dense(systems, dt, u);
        double[] ptd = diagonal(systems.perturbed().modes(), systems.perturbed().b(), systems.perturbed().readOut(systems.c()), dt, u);
        double[] s4d = diagonal(systems.form().w(), halved(systems.form().b()), readOut(systems), dt, u);
        double passed = rms(u, null);
        System.out.printf(Locale.ROOT,
                "N %d, wave at %.1f rad, share that gets in wrongly: S4-PTD %.4f, S4D %.3f; LegS lets %.4f through%n",
                n, frequency, rms(ptd, legs) / passed, rms(s4d, legs) / passed, rms(legs, null) / passed);
        assertThat(rms(s4d, legs) / passed).isGreaterThan(0.9);
        assertThat(rms(ptd, legs) / passed).isLessThan(0.15).isLessThan(rms(s4d, legs) / passed / 8);
    }

    private static Complex[] halved(Complex[] b) {
        return Arrays.stream(b).map(value -> value.times(0.5)).toArray(Complex[]::new);
    }

    private static Complex[] readOut(Systems systems) {
        Complex[] out = new Complex[systems.form().w().length];
        for (int m = 0; m < out.length; m++) {
            out[m] = Complex.ZERO;
            for (int i = 0; i < systems.c().length; i++) {
                out[m] = out[m].plus(systems.form().v()[i][m].times(systems.c()[i]));
            }
        }
        return out;
    }

    private static double[] dense(Systems systems, double dt, double[] u) {
        int n = systems.hippo().n();
        DenseDiscretization step = DenseDiscretization.zeroOrderHold(DMatrixRMaj.wrap(n, n, systems.hippo().a()),
                DMatrixRMaj.wrap(n, 1, systems.hippo().b()), dt);
        DMatrixRMaj x = new DMatrixRMaj(n, 1);
        DMatrixRMaj next = new DMatrixRMaj(n, 1);
        double[] y = new double[u.length];
        for (int t = 0; t < u.length; t++) {
            CommonOps_DDRM.mult(step.transition(), x, next);
            CommonOps_DDRM.add(next, u[t], step.input(), x);
            for (int i = 0; i < n; i++) {
                y[t] += systems.c()[i] * x.get(i);
            }
        }
        return y;
    }

    private static double[] diagonal(Complex[] a, Complex[] b, Complex[] c, double dt, double[] u) {
        double[] y = new double[u.length];
        for (int m = 0; m < a.length; m++) {
            Complex step = a[m].times(dt).exp();
            Complex input = b[m].times(step.plus(-1).over(a[m]));
            Complex x = Complex.ZERO;
            for (int t = 0; t < u.length; t++) {
                x = x.times(step).plus(input.times(u[t]));
                y[t] += 2 * x.times(c[m]).re();
            }
        }
        return y;
    }

    /** Over the second half, after what was there at the start has died. */
    private static double rms(double[] x, double @org.jspecify.annotations.Nullable [] from) {
        double sum = 0;
        for (int t = x.length / 2; t < x.length; t++) {
            double difference = x[t] - (from == null ? 0 : from[t]);
            sum += difference * difference;
        }
        return Math.sqrt(sum / (x.length - x.length / 2));
    }
}
