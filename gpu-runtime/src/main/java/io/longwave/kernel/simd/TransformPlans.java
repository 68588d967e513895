package io.longwave.kernel.simd;

import java.util.concurrent.ConcurrentHashMap;

/** Plans made so far, one per size; a plan of N holds about 10 N bytes. */
final class TransformPlans {
    private final ConcurrentHashMap<Integer, TransformPlan> rightAngle = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Integer, TransformPlan> cyclic = new ConcurrentHashMap<>();

    /** Modulo x^N − i. */
    TransformPlan rightAngle(int size) {
        return rightAngle.computeIfAbsent(size, TransformPlan::rightAngle);
    }

    /** Modulo x^N − 1. */
    TransformPlan cyclic(int size) {
        return cyclic.computeIfAbsent(size, TransformPlan::cyclic);
    }
}
