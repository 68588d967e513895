/** One layer of Chimera, and beside other libraries what they make of it. */
@NullMarked
package io.longwave.bench.chimera;

import org.jspecify.annotations.NullMarked;
