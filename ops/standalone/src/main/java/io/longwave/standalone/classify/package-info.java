/** Training and measuring classifiers from the command line. */
@NullMarked
package io.longwave.standalone.classify;

import org.jspecify.annotations.NullMarked;
