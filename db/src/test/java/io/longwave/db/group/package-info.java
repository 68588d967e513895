@NullMarked
package io.longwave.db.group;

import org.jspecify.annotations.NullMarked;
