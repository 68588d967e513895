-- Whether a series is a gauge or a counter: what its samples say and, against it, what a person decided. Written by the stream only.
alter table series add column declared_kind text check (declared_kind in ('gauge', 'counter'));
alter table series add column chosen_kind text check (chosen_kind in ('gauge', 'counter'));
-- Time of the newest sample when the kind changed last: what was expected of points up to it was expected of another kind of values.
alter table series add column kind_since bigint;
alter table series add column kind text generated always as (coalesce(chosen_kind, declared_kind, 'gauge')) virtual;

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
