-- +goose Up
-- What was delivered since the last tick, for a server that finds the show after a kill.
ALTER TABLE shows ADD COLUMN noted_ms         BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shows ADD COLUMN noted_cam2cam_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shows ADD COLUMN noted_audio_ms   BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE shows DROP COLUMN noted_audio_ms;
ALTER TABLE shows DROP COLUMN noted_cam2cam_ms;
ALTER TABLE shows DROP COLUMN noted_ms;
