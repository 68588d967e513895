@NullMarked
package io.longwave.model.group;

import org.jspecify.annotations.NullMarked;
