package io.longwave.bench.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What does a series cost in memory, and are its jumps found? Heap of many detectors after 5,000 samples each, and of the jumps after the first 3,000 samples the share whose score is among the
 * highest: as many scores are taken as there are jumps. Not a benchmark of JMH: {@code java … io.longwave.bench.scoring.DetectorMemory}.
 */
public final class DetectorMemory {
    private static final int SAMPLES = 5_000;

    private DetectorMemory() {}

    public static void main(String[] arguments) {
        System.out.println("detector    heap bytes a series    jumps found among the highest scores");
        for (String name : List.of("online", "forest-30", "forest-50")) {
            System.out.printf("%-12s %,14d %24.2f%n", name, bytes(name, name.equals("online") ? 2000 : 40), found(name));
        }
    }

    private static long bytes(String name, int series) {
        // One that is thrown away, so that classes and their caches are there before the first look.
        fed(name);
        long before = used();
        List<Detector> kept = new ArrayList<>();
        for (int i = 0; i < series; i++) {
            kept.add(fed(name));
        }
        long bytes = (used() - before) / series;
        if (kept.getLast().score(Long.MAX_VALUE, 0) == -1) {
            throw new AssertionError("keeps them reachable until here");
        }
        return bytes;
    }

    private static Detector fed(String name) {
        Detector detector = StreamingScoreBenchmark.detector(name);
        Wave wave = new Wave();
        for (int i = 0; i < SAMPLES; i++) {
            wave.next();
            detector.score(wave.time(), wave.value());
        }
        return detector;
    }

    private static double found(String name) {
        Detector detector = StreamingScoreBenchmark.detector(name);
        Wave wave = new Wave();
        int length = 100_000;
        double[] scores = new double[length];
        boolean[] jumped = new boolean[length];
        int jumps = 0;
        for (int i = -3000; i < length; i++) {
            wave.next();
            double score = detector.score(wave.time(), wave.value());
            if (i >= 0) {
                scores[i] = score;
                jumped[i] = wave.jumped();
                jumps += jumped[i] ? 1 : 0;
            }
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double threshold = sorted[length - jumps];
        int found = 0;
        for (int i = 0; i < length; i++) {
            found += jumped[i] && scores[i] > 0 && scores[i] >= threshold ? 1 : 0;
        }
        return (double) found / jumps;
    }

    private static long used() {
        for (int i = 0; i < 4; i++) {
            System.gc();
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
