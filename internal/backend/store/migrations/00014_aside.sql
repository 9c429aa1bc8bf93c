-- +goose Up
-- What a room shows while another room of the same person has a private show.
ALTER TABLE rooms ADD COLUMN aside TEXT NOT NULL DEFAULT 'curtain';
-- And what it shows for this show, frozen when it was accepted.
ALTER TABLE curtains ADD COLUMN aside TEXT NOT NULL DEFAULT 'curtain';

-- +goose Down
ALTER TABLE curtains DROP COLUMN aside;
ALTER TABLE rooms DROP COLUMN aside;
