/** Which kernels run on this machine: probing says what there is, choosing is a pure function of that and the preference. */
@NullMarked
package io.longwave.backend;

import org.jspecify.annotations.NullMarked;
