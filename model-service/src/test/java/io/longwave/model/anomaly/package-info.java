@NullMarked
package io.longwave.model.anomaly;

import org.jspecify.annotations.NullMarked;
