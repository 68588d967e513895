-- The newest anomalies of a tenant are asked for again and again, however many newer ones others have. A trigger writes whose they are, for instances of before do not.
alter table anomaly add column tenant text;
update anomaly a set tenant = s.tenant from series s where s.id = a.series_id;
create index anomaly_by_tenant on anomaly (tenant, start_time desc);

create function anomaly_of_tenant() returns trigger language plpgsql as $$
begin
    new.tenant := (select tenant from series where id = new.series_id);
    return new;
end $$;

create trigger anomaly_tenant before insert on anomaly for each row execute function anomaly_of_tenant();
