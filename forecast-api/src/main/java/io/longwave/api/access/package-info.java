/** Who may ask, and who may change something. */
@NullMarked
package io.longwave.api.access;

import org.jspecify.annotations.NullMarked;
