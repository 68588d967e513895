-- Reads everything, changes nothing, and gives up a query that takes too long.
do $$ begin
    if not exists (select from pg_roles where rolname = 'grafana') then
        create role grafana login;
    end if;
end $$;
grant pg_read_all_data to grafana;
alter role grafana set default_transaction_read_only = on;
alter role grafana set statement_timeout = '10s';
alter role grafana password :'password';
