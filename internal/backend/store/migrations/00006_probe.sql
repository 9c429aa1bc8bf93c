-- What readiness writes to learn whether anything can be written.

-- +goose Up
CREATE TABLE probe (
    name    TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    filling TEXT   NOT NULL
);

-- +goose Down
DROP TABLE probe;
