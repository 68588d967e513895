/** Stored classifiers at work on recordings that nobody has labelled. */
@NullMarked
package io.longwave.ssm.classify;

import org.jspecify.annotations.NullMarked;
