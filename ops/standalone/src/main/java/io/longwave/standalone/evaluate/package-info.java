/** The commands that measure models beside naive baselines. */
@NullMarked
package io.longwave.standalone.evaluate;

import org.jspecify.annotations.NullMarked;
