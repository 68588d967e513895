package io.longwave.db.series;

import io.longwave.series.SeriesKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose series are read, and whatever else belongs to a tenant.
 *
 * @param tenant in the form that keys have it; null: everybody's
 */
public record TenantScope(@Nullable String tenant) {
    /** Everybody's. */
    public static final TenantScope ALL = new TenantScope(null);

    /** @throws IllegalArgumentException if that is no name of a tenant */
    public TenantScope {
        tenant = tenant == null ? null : SeriesKey.tenant(tenant);
    }

    /** Whether everything is read. */
    public boolean isAll() { return tenant == null; }

    /**
     * A condition to be written behind others: only when it is one, for {@code (:tenant is null or …)} would keep a prepared plan from using the indexes.
     *
     * @param column what holds a tenant
     * @param parameters receives what the condition refers to
     */
    public String and(String column, Map<String, Object> parameters) {
        if (tenant == null) {
            return "";
        }
        parameters.put("tenant", tenant);
        return " and " + column + " = :tenant";
    }
}
