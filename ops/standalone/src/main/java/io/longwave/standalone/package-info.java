/** The command line: one class per command, all of them registered in {@link io.longwave.standalone.Longwave}. */
@NullMarked
package io.longwave.standalone;

import org.jspecify.annotations.NullMarked;
