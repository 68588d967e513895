/**
 * The one place that names JCuda: a device behind the CUDA driver. Its classes are loaded only after {@link io.longwave.cuda.driver.CudaProbe}
 * has found the driver's library, so that a machine without one meets no linkage error.
 */
@NullMarked
package io.longwave.cuda.driver;

import org.jspecify.annotations.NullMarked;
