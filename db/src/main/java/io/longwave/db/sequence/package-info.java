/** States of sequences that clients of the inference protocol go on with. */
@NullMarked
package io.longwave.db.sequence;

import org.jspecify.annotations.NullMarked;
