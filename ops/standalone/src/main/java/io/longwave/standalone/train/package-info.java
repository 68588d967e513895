/** The command that trains a forecaster on a file and registers it, and what evaluating shares with it. */
@NullMarked
package io.longwave.standalone.train;

import org.jspecify.annotations.NullMarked;
