/** What a caller can do wrong, as problem details (RFC 9457). */
@NullMarked
package io.longwave.model.problem;

import org.jspecify.annotations.NullMarked;
