-- What is known of each model, as `llm.catalogued` tells it: a list of objects.
ALTER TABLE llm_catalogue ADD COLUMN entries json NOT NULL DEFAULT '[]';
-- The models that the one of this call answered for, and why; absent when it was the first choice.
ALTER TABLE invocations ADD COLUMN fell_back_from json;
