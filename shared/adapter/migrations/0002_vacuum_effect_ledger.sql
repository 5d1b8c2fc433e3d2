-- Every row is written twice, and the index of open rows is read for each batch.
ALTER TABLE effect_ledger SET (autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0.02);
