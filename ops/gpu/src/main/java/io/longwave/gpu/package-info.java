/** What is run on a machine with a GPU: checks, benchmarks and trainings of the bundle that {@code longwave gpu-bundle} makes. */
@NullMarked
package io.longwave.gpu;

import org.jspecify.annotations.NullMarked;
