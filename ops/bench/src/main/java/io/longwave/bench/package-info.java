/** Benchmarks that are programs: each class asks one question, its answer is a row in {@code BENCHMARKS.md}. */
@NullMarked
package io.longwave.bench;

import org.jspecify.annotations.NullMarked;
