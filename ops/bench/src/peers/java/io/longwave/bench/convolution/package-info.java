/** Long convolution beside other libraries. Compiled only with {@code -Ppeers}, whose natives take 112 MB. */
@NullMarked
package io.longwave.bench.convolution;

import org.jspecify.annotations.NullMarked;
