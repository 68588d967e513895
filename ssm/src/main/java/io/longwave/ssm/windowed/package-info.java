/**
 * Networks trained to forecast from windows of a series, in a stream: a recurrence that is anchored on the last window now and then, with scores and bands
 * calibrated on what it got wrong.
 */
@NullMarked
package io.longwave.ssm.windowed;

import org.jspecify.annotations.NullMarked;
