/** What a series, a sample, a forecast and an anomaly are, independent of how they travel or where they are stored. */
@NullMarked
package io.longwave.series;

import org.jspecify.annotations.NullMarked;
