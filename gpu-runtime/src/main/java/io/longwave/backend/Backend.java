package io.longwave.backend;

import io.longwave.kernel.Kernels;

/**
 * A set of kernels that works on this machine.
 *
 * @param name as written in {@code longwave.backend.preference}
 * @param description one line for a person, for example {@code 512-bit lanes, 2 threads}
 */
public record Backend(String name, String description, Kernels kernels) {}
