package io.longwave.standalone.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A pump whose four sensors follow one hidden duty: vibration (mm/s), temperature (deg C, with the inertia of its housing), current (A) and
 * pressure (bar). A loop is a shift of twenty minutes that begins and ends at half duty.
 *
 * <p>Faults: a bearing that begins to fail (vibration grows and bursts, temperature and current rise), a pressure sensor that is stuck, and a
 * short jam (current up, pressure down).
 */
final class MachineSignal extends SampleSignal {

    private static final int SHIFT = 2400;

    private final long seed;

    MachineSignal(long seed) {
        this.seed = seed;
    }

    @Override
    String measurement() {
        return "machine";
    }

    @Override
    Map<String, String> tags() {
        return Map.of("unit", "pump-1");
    }

    @Override
    List<String> fields() {
        return List.of("vibration", "temperature", "current", "pressure");
    }

    @Override
    Duration step() {
        return Duration.ofMillis(500);
    }

    @Override
    int loopLength() {
        return SHIFT;
    }

    @Override
    Loop loop(long number) {
        SplittableRandom random = random(seed, number);
        double[] vibration = new double[SHIFT];
        double[] temperature = new double[SHIFT];
        double[] current = new double[SHIFT];
        double[] pressure = new double[SHIFT];
        double asked = 0.5;
        double duty = 0.5;
        double heat = housing(0.5);
        for (int i = 0; i < SHIFT; i++) {
            if (i % 120 == 0) {
                // The last four minutes at half duty let everything settle to what the next shift begins with.
                asked = i == 0 || i >= SHIFT - 480 ? 0.5 : random.nextDouble(0.25, 0.95);
            }
            duty += 0.05 * (asked - duty);
            heat += (housing(duty) - heat) / 120;
            double stroke = 0.03 * Math.sin(2 * Math.PI * i / 24.0);
            vibration[i] = 1.1 + 2.4 * duty * duty + 0.06 * random.nextGaussian();
            temperature[i] = heat + 0.15 * random.nextGaussian();
            current[i] = 8 + 26 * (duty + stroke) + 0.25 * random.nextGaussian();
            pressure[i] = 2.5 + 3.2 * (duty + stroke) + 0.03 * random.nextGaussian();
        }
        Fault jam = new Fault("jam", List.of("current", "pressure"), random.nextInt(560, 640), random.nextInt(650, 660));
        for (int i = jam.first(); i <= jam.last(); i++) {
            current[i] += 14;
            pressure[i] *= 0.6;
        }
        int stuckAt = random.nextInt(1000, 1100);
        Fault stuck = new Fault("stuck-sensor", List.of("pressure"), stuckAt, stuckAt + 119);
        for (int i = stuck.first(); i <= stuck.last(); i++) {
            pressure[i] = pressure[stuck.first() - 1];
        }
        int worn = random.nextInt(1450, 1600);
        Fault bearing = new Fault("bearing-fault", List.of("vibration", "temperature", "current"), worn, worn + 239);
        for (int i = bearing.first(); i <= bearing.last(); i++) {
            double grown = (double) (i - bearing.first()) / (bearing.last() - bearing.first());
            boolean burst = i % 7 == 0;
            vibration[i] += 3 * grown + (burst ? 2.5 * (0.3 + grown) : 0);
            temperature[i] += 9 * grown;
            current[i] += 2 * grown;
        }
        // The housing cools down as slowly as it warmed up.
        for (int i = bearing.last() + 1; i < SHIFT; i++) {
            temperature[i] += 9 * Math.exp(-(i - bearing.last()) / 60.0);
        }
        return new Loop(new double[][]{vibration, temperature, current, pressure}, List.of(jam, stuck, bearing));
    }

    private static double housing(double duty) {
        return 32 + 38 * duty;
    }
}
