/**
 * What all one-dimensional families share: a layer that mixes along time, its recurrence for streams, the residual network around it and
 * the heads on top. H channels, B batch, L length, S series. Sequences are channel-major, [H, B, L].
 */
@NullMarked
package io.longwave.ssm.sequence;

import org.jspecify.annotations.NullMarked;
