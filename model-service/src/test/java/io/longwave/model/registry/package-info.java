@NullMarked
package io.longwave.model.registry;

import org.jspecify.annotations.NullMarked;
