@NullMarked
package io.longwave.model.stream;

import org.jspecify.annotations.NullMarked;
