-- Serves the list of one tenant as series_display serves that of all, and its count. A migration of its own, as those beside it: none holds one table while it waits for another, and instances of before go on.
create index series_tenant on series (tenant, lower(display) collate "C", id) where forgotten_at is null;
