package io.longwave.standalone.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * An electrocardiogram in millivolts from the dynamical model of McSharry, Clifford, Tarassenko and Smith, "A dynamical model for generating
 * synthetic electrocardiogram signals", IEEE Trans. Biomed. Eng. 50(3):289-294, 2003.
 *
 * <p>A point runs round the unit circle, once a beat; five Gaussians on the circle push z up and down as it passes P, Q, R, S and T
 * (equations 1 and 2, parameters of table I). The length of a beat varies with the two rhythms of breathing and of blood pressure (equation 3).
 *
 * <p>Faults: a pause (a beat comes about one and a half seconds late) and ventricular ectopic beats (early, wide, without P, with an inverted
 * T, followed by a compensatory pause).
 */
final class EcgSignal extends SampleSignal {

    static final int RATE = 50; // samples a second: the QRS complex lasts 80 ms
    private static final int SECONDS = 300;
    private static final int SUBSTEPS = 8; // 400 integration steps a second: the R wave is 16 ms wide
    private static final double MEAN_RR = 60.0 / 66; // s
    private static final double RR_DEVIATION = 0.04; // s

    // Table I: angle, height and width of P, Q, R, S, T.
    private static final double[] ANGLE = {-Math.PI / 3, -Math.PI / 12, 0, Math.PI / 12, Math.PI / 2};
    private static final double[] HEIGHT = {1.2, -5, 30, -7.5, 0.75};
    private static final double[] WIDTH = {0.25, 0.1, 0.1, 0.1, 0.4};
    // A beat that starts in a ventricle: no P, one broad deflection, T against it.
    private static final double[] ECTOPIC_HEIGHT = {0, -1.5, 17, -9, -1.6};
    private static final double[] ECTOPIC_WIDTH = {0.25, 0.2, 0.26, 0.24, 0.4};

    private final long seed;
    private final double low;
    private final double scale;

    EcgSignal(long seed) {
        this.seed = seed;
        // The paper scales z to -0.4 .. 1.2 mV. Calibrated once, on ten undisturbed seconds, so that all loops share one scale.
        double[] z = new Heart(new double[0], new double[0], List.of()).run(10 * RATE);
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double value : z) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        low = min;
        scale = 1.6 / (max - min);
    }

    @Override
    String measurement() {
        return "ecg";
    }

    @Override
    Map<String, String> tags() {
        return Map.of("patient", "simulated");
    }

    @Override
    List<String> fields() {
        return List.of("mv");
    }

    @Override
    Duration step() {
        return Duration.ofMillis(1000 / RATE);
    }

    @Override
    int loopLength() {
        return SECONDS * RATE;
    }

    @Override
    Loop loop(long number) {
        SplittableRandom random = random(seed, number);
        List<Disturbance> disturbances = new ArrayList<>();
        disturbances.add(new Disturbance(true, random.nextDouble(70, 100)));
        disturbances.add(new Disturbance(false, random.nextDouble(140, 160)));
        disturbances.add(new Disturbance(true, random.nextDouble(200, 220)));
        disturbances.add(new Disturbance(false, random.nextDouble(255, 275)));
        Heart heart = rhythm(random, disturbances);
        double[] z = heart.run(loopLength());
        double[] millivolts = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            millivolts[i] = (z[i] - low) * scale - 0.4 + 0.008 * random.nextGaussian();
        }
        return new Loop(new double[][]{millivolts}, heart.faults);
    }

    /**
     * Beat lengths with the spectrum of equation 3: Gaussians at 0.1 Hz (blood pressure) and 0.25 Hz (breathing), each 0.01 Hz wide, the first
     * with half the power. Its lines are multiples of one over the loop, so a loop ends in the rhythm the next one begins with.
     */
    private static Heart rhythm(SplittableRandom random, List<Disturbance> disturbances) {
        List<Double> frequency = new ArrayList<>();
        List<Double> power = new ArrayList<>();
        double total = 0;
        for (int k = 1; k < SECONDS / 2; k++) {
            double f = (double) k / SECONDS;
            double s = 0.5 * Math.exp(-square((f - 0.1) / 0.01) / 2) + Math.exp(-square((f - 0.25) / 0.01) / 2);
            if (s > 1e-4) {
                frequency.add(f);
                power.add(s);
                total += s;
            }
        }
        double[] amplitude = new double[power.size() * 2];
        double[] omega = new double[power.size()];
        for (int k = 0; k < omega.length; k++) {
            omega[k] = 2 * Math.PI * frequency.get(k);
            double phase = random.nextDouble(2 * Math.PI);
            double height = RR_DEVIATION * Math.sqrt(2 * power.get(k) / total);
            amplitude[2 * k] = height * Math.cos(phase);
            amplitude[2 * k + 1] = -height * Math.sin(phase);
        }
        return new Heart(omega, amplitude, disturbances);
    }

    private static double square(double x) {
        return x * x;
    }

    /** From this second on the next beat is disturbed: ectopic, or late. */
    private record Disturbance(boolean ectopic, double second) {}

    private enum Beat {
        NORMAL, ECTOPIC, COMPENSATING, LATE
    }

    /** One integration of the model. */
    private static final class Heart {
        private final double[] omega;
        private final double[] amplitude;
        private final List<Disturbance> waiting;
        private final List<Fault> faults = new ArrayList<>();
        // x, y on the circle, z the voltage; starts between T and P
        private final double[] state = {Math.cos(-Math.PI + 0.05), Math.sin(-Math.PI + 0.05), 0};
        private Beat beat = Beat.NORMAL;
        private int beatBegin;

        Heart(double[] omega, double[] amplitude, List<Disturbance> disturbances) {
            this.omega = omega;
            this.amplitude = amplitude;
            this.waiting = new ArrayList<>(disturbances);
        }

        double[] run(int samples) {
            double[] z = new double[samples];
            double h = 1.0 / (RATE * SUBSTEPS);
            // Two seconds of the same rhythm first, so that every loop begins settled.
            for (int i = -2 * RATE; i < samples; i++) {
                for (int s = 0; s < SUBSTEPS; s++) {
                    double before = state[1];
                    step((i + (double) s / SUBSTEPS) / RATE, h);
                    if (before > 0 && state[1] <= 0 && state[0] < 0) {
                        nextBeat(Math.max(0, i), samples);
                    }
                }
                if (i >= 0) {
                    z[i] = state[2];
                }
            }
            return z;
        }

        private void nextBeat(int sample, int samples) {
            Beat ended = beat;
            if (ended == Beat.ECTOPIC || ended == Beat.LATE) {
                faults.add(new Fault(ended == Beat.ECTOPIC ? "ectopic-beat" : "pause", List.of("mv"), beatBegin,
                        Math.min(sample, samples - 1)));
            }
            beatBegin = sample;
            if (ended == Beat.ECTOPIC) {
                beat = Beat.COMPENSATING;
            } else if (!waiting.isEmpty() && waiting.getFirst().second() * RATE <= sample) {
                beat = waiting.removeFirst().ectopic() ? Beat.ECTOPIC : Beat.LATE;
            } else {
                beat = Beat.NORMAL;
            }
        }

        /** One classical Runge-Kutta step. */
        private void step(double t, double h) {
            double[] k1 = slope(t, state, 0, state);
            double[] k2 = slope(t + h / 2, state, h / 2, k1);
            double[] k3 = slope(t + h / 2, state, h / 2, k2);
            double[] k4 = slope(t + h, state, h, k3);
            for (int i = 0; i < 3; i++) {
                state[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
            }
        }

        /** Right side of equation 1 at state + h * direction. */
        private double[] slope(double t, double[] from, double h, double[] direction) {
            double x = from[0] + h * direction[0];
            double y = from[1] + h * direction[1];
            double z = from[2] + h * direction[2];
            double theta = Math.atan2(y, x);
            double w = 2 * Math.PI / interval(t, theta);
            double alpha = 1 - Math.sqrt(x * x + y * y);
            boolean ectopic = beat == Beat.ECTOPIC;
            double push = 0;
            for (int i = 0; i < ANGLE.length; i++) {
                double distance = Math.IEEEremainder(theta - ANGLE[i], 2 * Math.PI);
                double width = ectopic ? ECTOPIC_WIDTH[i] : WIDTH[i];
                push += (ectopic ? ECTOPIC_HEIGHT[i] : HEIGHT[i]) * distance * Math.exp(-distance * distance / (2 * width * width));
            }
            // The baseline moves with breathing (equation 2).
            double baseline = 0.005 * Math.sin(2 * Math.PI * 0.25 * t);
            return new double[]{alpha * x - w * y, alpha * y + w * x, -push - (z - baseline)};
        }

        /** Length of a beat in seconds, if it were all like this moment. */
        private double interval(double t, double theta) {
            double rr = MEAN_RR;
            for (int k = 0; k < omega.length; k++) {
                rr += amplitude[2 * k] * Math.cos(omega[k] * t) + amplitude[2 * k + 1] * Math.sin(omega[k] * t);
            }
            // The heart waits between T and P; its waves keep their length.
            boolean resting = theta < -2.0;
            return switch (beat) {
                case NORMAL -> rr;
                case ECTOPIC -> 0.72 * rr;
                case COMPENSATING -> resting ? 3 * rr : rr;
                case LATE -> resting ? 9 * rr : rr;
            };
        }
    }
}
