@NullMarked
package io.longwave.model.control;

import org.jspecify.annotations.NullMarked;
