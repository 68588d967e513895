@NullMarked
package io.longwave.model.serving;

import org.jspecify.annotations.NullMarked;
