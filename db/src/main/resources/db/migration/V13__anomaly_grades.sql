-- What dashboards know from other detectors: whether an event covers the point, and how grave it is, 0 outside of events.
create or replace view v_anomaly as
    select nanos_to_timestamptz(p.time) as time, s.display as series, p.score, p.predicted as expected, p.lower, p.upper, p.model,
        case when e.covered then p.score else 0 end as grade, e.covered as is_anomaly
    from point p join series s on s.id = p.series_id
        cross join lateral (select exists (select from anomaly a where a.series_id = p.series_id and a.start_time <= p.time
            and p.time <= coalesce(a.end_time, 9223372036854775807)) as covered) e
    where p.score is not null and s.forgotten_at is null and (s.kind_since is null or p.time > s.kind_since);
