/**
 * Reads records of the PhysioNet waveform database: header {@code .hea}, signals {@code .dat}, annotations {@code .atr}, and cuts heart beats out of them.
 * Formats: WFDB Applications Guide, header(5), signal(5), annot(5).
 */
@NullMarked
package io.longwave.train.wfdb;

import org.jspecify.annotations.NullMarked;
