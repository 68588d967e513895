@NullMarked
package io.longwave.db.point;

import org.jspecify.annotations.NullMarked;
