-- A question is shown as long as its run is.
CREATE POLICY kept ON questions AS RESTRICTIVE FOR SELECT TO gateway_reader
    USING (EXISTS (SELECT FROM runs r WHERE r.run_id = questions.run_id));
