@NullMarked
package io.longwave.db.stream;

import org.jspecify.annotations.NullMarked;
