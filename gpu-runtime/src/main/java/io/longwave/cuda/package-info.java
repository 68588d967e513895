/** A CUDA device as kernels see it: memory, copies, launches. Nothing here names JCuda; {@code cuda.driver} does. */
@NullMarked
package io.longwave.cuda;

import org.jspecify.annotations.NullMarked;
