package io.longwave.ssm.tape;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/**
 * Memory that the gradients of one tape use in turn. A pass over long sequences has dozens of intermediate results, but only a few of their
 * gradients are needed at a time. The same variables get the same memory in every pass, so after the first one nothing is allocated.
 */
final class GradientMemory {
    private final Kernels kernels;
    private final Map<Integer, Deque<Tensor>> free = new HashMap<>();

    GradientMemory(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Memory with unknown contents. */
    Tensor take(int... dims) {
        int size = 1;
        for (int dim : dims) {
            size *= dim;
        }
        Tensor spare = free.computeIfAbsent(size, _ -> new ArrayDeque<>()).pollLast();
        return spare == null ? kernels.zeros(dims) : spare.view(dims);
    }

    void giveBack(Tensor tensor) {
        free.computeIfAbsent(tensor.size(), _ -> new ArrayDeque<>()).addLast(tensor);
    }
}
