/** Models as a stream runs them: one bounded recurrent state per series, advanced one sample at a time. */
@NullMarked
package io.longwave.ssm.streaming;

import org.jspecify.annotations.NullMarked;
