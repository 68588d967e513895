@NullMarked
package io.longwave.model;

import org.jspecify.annotations.NullMarked;
