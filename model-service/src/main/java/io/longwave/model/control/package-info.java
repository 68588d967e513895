/** Requests that become control records of the stream. */
@NullMarked
package io.longwave.model.control;

import org.jspecify.annotations.NullMarked;
