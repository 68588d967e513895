/** The wire format of TimeGPT, for programs that are written for its clients: forecasts, cross-validation and anomaly detection of values that a request brings. */
@NullMarked
package io.longwave.api.timegpt;

import org.jspecify.annotations.NullMarked;
