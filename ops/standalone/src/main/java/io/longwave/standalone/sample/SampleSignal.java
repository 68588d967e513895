package io.longwave.standalone.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A signal made of loops of equal length; loops follow one another without a jump and differ in their noise and their faults. */
abstract sealed class SampleSignal permits EcgSignal, LoadSignal, MachineSignal {

    /** All signals, each with its own seed derived from one. */
    static List<SampleSignal> all(long seed) {
        return List.of(new LoadSignal(seed), new MachineSignal(seed), new EcgSignal(seed));
    }

    /** Measurement in line protocol, also the name of the signal. */
    abstract String measurement();

    abstract Map<String, String> tags();

    abstract List<String> fields();

    /** Time between two samples. */
    abstract Duration step();

    /** Samples in a loop. */
    abstract int loopLength();

    /** @param number from 0 on; the same number is the same loop, bit for bit */
    abstract Loop loop(long number);

    /** A source of randomness for one loop of one signal. */
    final SplittableRandom random(long seed, long loop) {
        return new SplittableRandom(
                seed * 0x9E3779B97F4A7C15L ^ measurement().hashCode() * 0xC2B2AE3D27D4EB4FL ^ (loop + 1) * 0xD6E8FEB86659FD93L);
    }

    /**
     * @param values [fields][loopLength]
     * @param faults in order of time
     */
    record Loop(double[][] values, List<Fault> faults) {
        Loop {
            faults = List.copyOf(faults);
        }
    }

    /**
     * A planted fault.
     *
     * @param kind for example {@code bearing-fault}
     * @param fields the ones it shows in
     * @param first index of its first sample in the loop
     * @param last index of its last sample
     */
    record Fault(String kind, List<String> fields, int first, int last) {
        Fault {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("fault: expected 0 <= first <= last but was " + first + ".." + last);
            }
            fields = List.copyOf(fields);
        }
    }
}
