/** The catalogue of model families in code: one line each. Stored models are in {@code io.longwave.checkpoint}. */
@NullMarked
package io.longwave.ssm.catalog;

import org.jspecify.annotations.NullMarked;
