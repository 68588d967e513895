/** Forecasts and anomaly scores with no training, from a small fixed memory per series. */
@NullMarked
package io.longwave.ssm.online;

import org.jspecify.annotations.NullMarked;
