package io.longwave.standalone.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Electric load of a small site in kW with the outdoor temperature that moves part of it. A simulated day takes four minutes (240 samples of
 * six simulated minutes), a loop is a week: five working days and a weekend.
 *
 * <p>Faults: an outage (the load drops to a third), a surge, and a temperature sensor that runs away from the truth.
 */
final class LoadSignal extends SampleSignal {

    private static final int DAY = 240;
    private static final int WEEK = 7 * DAY;

    private final long seed;

    LoadSignal(long seed) {
        this.seed = seed;
    }

    @Override
    String measurement() {
        return "load";
    }

    @Override
    Map<String, String> tags() {
        return Map.of("site", "simulated");
    }

    @Override
    List<String> fields() {
        return List.of("kw", "temperature");
    }

    @Override
    Duration step() {
        return Duration.ofSeconds(1);
    }

    @Override
    int loopLength() {
        return WEEK;
    }

    @Override
    Loop loop(long number) {
        SplittableRandom random = random(seed, number);
        double warm = random.nextDouble(-3, 3);
        double[] load = new double[WEEK];
        double[] temperature = new double[WEEK];
        double weather = 0;
        double noise = 0;
        for (int i = 0; i < WEEK; i++) {
            double hour = 24.0 * (i % DAY) / DAY;
            int day = i / DAY;
            // Slow drift over the week, nought at both ends so that weeks join.
            weather = 0.995 * weather + 0.05 * random.nextGaussian();
            double slow = warm * Math.sin(Math.PI * i / WEEK);
            temperature[i] = 12 + 6 * Math.cos(2 * Math.PI * (hour - 15) / 24) + slow + weather + 0.1 * random.nextGaussian();
            noise = 0.8 * noise + 3 * random.nextGaussian();
            double people = hump(hour, 8.5, 2.0) + 0.7 * hump(hour, 13, 3.5) + 0.9 * hump(hour, 19, 2.0);
            load[i] = 180 + (day < 5 ? 170 : 95) * people + 3.5 * (18 - temperature[i]) + noise;
        }
        Fault outage = lasting("outage", "kw", DAY + random.nextInt(90, 150), 15);
        for (int i = outage.first(); i <= outage.last(); i++) {
            load[i] *= 0.35;
        }
        Fault surge = lasting("surge", "kw", 3 * DAY + random.nextInt(60, 180), 10);
        for (int i = surge.first(); i <= surge.last(); i++) {
            load[i] *= 1.6;
        }
        Fault drift = lasting("sensor-drift", "temperature", 4 * DAY + random.nextInt(120, 200), 80);
        for (int i = drift.first(); i <= drift.last(); i++) {
            temperature[i] += 0.2 * (i - drift.first());
        }
        return new Loop(new double[][]{load, temperature}, List.of(outage, surge, drift));
    }

    private static Fault lasting(String kind, String field, int first, int samples) {
        return new Fault(kind, List.of(field), first, first + samples - 1);
    }

    private static double hump(double hour, double middle, double width) {
        double distance = Math.IEEEremainder(hour - middle, 24) / width;
        return Math.exp(-distance * distance / 2);
    }
}
