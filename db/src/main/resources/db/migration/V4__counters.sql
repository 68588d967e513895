-- Whether a series is a gauge or a counter: what its samples say and, against it, what a person decided. Written by the stream only.
alter table series add column declared_kind text check (declared_kind in ('gauge', 'counter'));
alter table series add column chosen_kind text check (chosen_kind in ('gauge', 'counter'));
-- Time of the newest sample when the kind changed last: what was expected of points up to it was expected of another kind of values.
alter table series add column kind_since bigint;
alter table series add column kind text generated always as (coalesce(chosen_kind, declared_kind, 'gauge')) virtual;

-- Of what kind of values an event or a stored forecast speaks.
alter table anomaly add column kind text not null default 'gauge' check (kind in ('gauge', 'counter'));
alter table forecast add column kind text not null default 'gauge' check (kind in ('gauge', 'counter'));

-- The values of a counter are stored as they were written; this makes of two of them, one behind the other, what a model sees: the increase per second, of a value that is smaller
-- than the one before since a start from zero. Null if there is none before, or one of them is too large to be compared. A twin of io.longwave.series.CounterRate to the bit:
-- whole seconds and the rest apart, because the distance of two times need not fit 64 bits, and no increase so small that a division could underflow.
create function counter_rate(earlier bigint, before double precision, later bigint, after double precision) returns double precision
    language sql immutable parallel safe as $$
    select case
        when before is null or abs(before) >= 1e100 or abs(after) >= 1e100 then null
        when abs(case when after < before then after else after - before end) < 1e-100 then 0
        else (case when after < before then after else after - before end)
            / ((later / 1000000000 - earlier / 1000000000)::float8 + (later % 1000000000 - earlier % 1000000000)::float8 / 1e9)
    end $$;

-- What models see, beside what they expected of it; written is the value as it came. The value before is looked up for each row, so that conditions on time and series reach the rows.
create or replace view v_points as
    select nanos_to_timestamptz(p.time) as time, s.display as series,
        case s.kind when 'counter' then counter_rate(b.time, b.value, p.time, p.value) else p.value end as value, p.value as written
    from point p join series s on s.id = p.series_id
        left join lateral (select time, value from point q
            where s.kind = 'counter' and q.series_id = p.series_id and q.time < p.time order by q.time desc limit 1) b on true
    where s.forgotten_at is null;
create or replace view v_anomaly as
    select nanos_to_timestamptz(p.time) as time, s.display as series, p.score, p.predicted as expected, p.lower, p.upper, p.model
    from point p join series s on s.id = p.series_id
    where p.score is not null and s.forgotten_at is null and (s.kind_since is null or p.time > s.kind_since);
create or replace view v_forecast as
    select nanos_to_timestamptz(f.issued_at + f.step * h) as time, s.display as series, f.mean[h] as mean, f.lower[1][h] as lo, f.upper[1][h] as hi,
           f.model, nanos_to_timestamptz(f.issued_at) as issued_at
    from forecast f join series s on s.id = f.series_id, lateral generate_series(1, cardinality(f.mean)) as h
    where s.forgotten_at is null and f.kind = s.kind;
