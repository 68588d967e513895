/**
 * The kernels on a CUDA device in float32: each class checks shapes, picks a launch shape and starts the CUDA kernels of the file of its name
 * under {@code resources/kernels}. What runs them is a {@link io.longwave.cuda.CudaDevice}: the driver, or the host shim of the tests.
 */
@NullMarked
package io.longwave.kernel.cuda;

import org.jspecify.annotations.NullMarked;
