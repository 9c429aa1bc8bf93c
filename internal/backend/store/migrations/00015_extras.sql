-- +goose Up
-- What the member's own picture and voice add to a show, while they are on.
ALTER TABLE shows ADD COLUMN cam2cam_price BIGINT NOT NULL DEFAULT 0; -- millicredits a minute, on top; 0: not offered
ALTER TABLE shows ADD COLUMN cam2cam_on    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shows ADD COLUMN cam2cam_ms    BIGINT NOT NULL DEFAULT 0; -- that are paid
ALTER TABLE shows ADD COLUMN audio_price   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shows ADD COLUMN audio_on      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shows ADD COLUMN audio_ms      BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE shows DROP COLUMN audio_ms;
ALTER TABLE shows DROP COLUMN audio_on;
ALTER TABLE shows DROP COLUMN audio_price;
ALTER TABLE shows DROP COLUMN cam2cam_ms;
ALTER TABLE shows DROP COLUMN cam2cam_on;
ALTER TABLE shows DROP COLUMN cam2cam_price;
