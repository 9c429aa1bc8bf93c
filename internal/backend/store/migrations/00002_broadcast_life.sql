-- A broadcast token lasts as long as it is used: life is by how much (ms) each
-- use moves its end. Tokens from before end when they were going to.

-- +goose Up
ALTER TABLE broadcasts ADD COLUMN life BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE broadcasts DROP COLUMN life;
