-- Sequences of the inference protocol: states that go on from request to request, whichever instance is asked. They are no series: nothing of their values is stored, and one that nobody goes on with is forgotten (docs/adr/0029).
create table sequence_state (
    tenant     text not null,                    -- empty: of nobody
    model      text not null,
    name       text not null,
    step       bigint not null check (step > 0),
    next_time  bigint not null,                  -- of the value that comes next, unless the request says another one
    format     integer not null,
    profile    text not null,                    -- numeric profile whose bits the state carries
    state      bytea not null,
    touched_at timestamptz not null default now(),
    primary key (tenant, model, name)
) with (fillfactor = 50, toast_tuple_target = 8160); -- rewritten by every request: in place, and small states stay in the row
alter table sequence_state alter column state set storage external; -- floating-point bits do not compress
create index sequence_state_touched on sequence_state (touched_at);
