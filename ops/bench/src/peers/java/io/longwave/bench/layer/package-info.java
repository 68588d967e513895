/** State-space layers beside the same maths in other libraries. Compiled only with {@code -Ppeers}. */
@NullMarked
package io.longwave.bench.layer;

import org.jspecify.annotations.NullMarked;
