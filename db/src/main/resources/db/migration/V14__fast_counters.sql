-- Counters of any size have rates; values from 1e100 on had none, so that their points were not shown. Twins of io.longwave.series.CounterRate to the bit. Sizes are compared before
-- anything is calculated that need not be a number, which is an error here.
create function counter_increase(before double precision, after double precision) returns double precision
    language sql immutable parallel safe as $$
    select case
        when after < before then least(greatest(after, -1e308::float8), 1e308::float8)
        when before < 0 and after >= 1e308::float8 + before then 1e308::float8
        else least(after - before, 1e308::float8)
    end $$;

create function seconds_between(earlier bigint, later bigint) returns double precision
    language sql immutable parallel safe as $$
    select (later / 1000000000 - earlier / 1000000000)::float8 + (later % 1000000000 - earlier % 1000000000)::float8 / 1e9 $$;

-- Null if there is no value before, or one of them is no number.
create or replace function counter_rate(earlier bigint, before double precision, later bigint, after double precision) returns double precision
    language sql immutable parallel safe as $$
    select case
        when before is null or abs(before) > 1.7976931348623157e308::float8 or abs(after) > 1.7976931348623157e308::float8 then null
        when abs(counter_increase(before, after)) < 1e-100::float8 then 0
        when seconds_between(earlier, later) < 1 and abs(counter_increase(before, after)) >= 1e308::float8 * seconds_between(earlier, later)
            then sign(counter_increase(before, after)) * 1e308::float8
        else counter_increase(before, after) / seconds_between(earlier, later)
    end $$;
