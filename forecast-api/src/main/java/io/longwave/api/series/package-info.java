/** Finding series. */
@NullMarked
package io.longwave.api.series;

import org.jspecify.annotations.NullMarked;
