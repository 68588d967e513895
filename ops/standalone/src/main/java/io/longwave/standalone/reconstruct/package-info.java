/** Training and measuring reconstructors, whose errors are anomaly scores, from the command line. */
@NullMarked
package io.longwave.standalone.reconstruct;

import org.jspecify.annotations.NullMarked;
