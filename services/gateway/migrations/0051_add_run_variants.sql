-- How a run differs from one that its trigger starts (`events::Variant` without its input); null for all others.
ALTER TABLE runs ADD COLUMN variant json;
