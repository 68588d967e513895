/** Every error as a problem detail (RFC 9457) with a type that a program can switch on. */
@NullMarked
package io.longwave.api.problem;

import org.jspecify.annotations.NullMarked;
