-- What performers show of themselves (said: a domain.ProfileEdit as JSON), their
-- goals and promotions, and when they were online.

-- +goose Up
CREATE TABLE profiles (
    account       TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id),
    category      TEXT   NOT NULL,
    said          TEXT   NOT NULL,
    goal_title    TEXT   NOT NULL,
    goal_target   BIGINT NOT NULL,
    goal_since    BIGINT NOT NULL,
    promoted_from BIGINT NOT NULL
);
INSERT INTO profiles (account, category, said, goal_title, goal_target, goal_since, promoted_from)
    SELECT id, '', '', '', 0, 0, 0 FROM accounts WHERE role = 'performer';

CREATE TABLE online (
    account TEXT   NOT NULL REFERENCES accounts (id),
    started BIGINT NOT NULL,
    ended   BIGINT NOT NULL,
    running BIGINT NOT NULL,
    PRIMARY KEY (account, started)
);
CREATE INDEX online_running ON online (account) WHERE running = 1;

-- Statements, goals, histories and budgets read a single account's postings.
CREATE INDEX postings_account ON postings (account, entry);

-- +goose Down
DROP INDEX postings_account;
DROP TABLE online;
DROP TABLE profiles;
