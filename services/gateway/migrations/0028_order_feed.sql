-- The feed is read by transaction, then by number: a transaction with a smaller number may commit later.
CREATE INDEX feed_order ON feed (tenant_id, xid, seq);
DROP INDEX feed_tenant;
