package web

import (
	"net/http"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func (s *Site) askSnapshot(r *http.Request, in domain.SnapshotOrder) (domain.Snapshot, error) {
	return s.Backend.AskSnapshot(r.Context(), r.PathValue("performer"), in)
}

func (s *Site) snapshot(r *http.Request) (domain.Snapshot, error) {
	return s.Backend.Snapshot(r.Context(), r.PathValue("id"))
}

func (s *Site) deleteSnapshot(r *http.Request) error {
	return s.Backend.DeleteSnapshot(r.Context(), r.PathValue("id"))
}

type snapshotList struct {
	Snapshots []domain.Snapshot `json:"snapshots"`
}

func (s *Site) soldSnapshots(r *http.Request) (snapshotList, error) {
	sold, err := s.Backend.SoldSnapshots(r.Context(), r.PathValue("performer"))
	return snapshotList{Snapshots: list(sold)}, err
}

func (s *Site) snapshotPicture(small bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		jpeg, err := s.Backend.SnapshotPicture(r.Context(), r.PathValue("id"), small)
		if err != nil {
			fail(w, err)
			return
		}
		writeJPEG(w, r, jpeg)
	}
}

func (s *Site) deliverSnapshot(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "image/jpeg" {
		fail(w, domain.Errorf("snapshot", domain.KindInvalid, "Send the picture as image/jpeg."))
		return
	}
	sold, err := s.takeSnapshot(w, r)
	if err != nil {
		fail(w, err)
		return
	}
	reply.JSON(w, http.StatusOK, sold)
}

// takeSnapshot reads nothing of what was not asked for.
func (s *Site) takeSnapshot(w http.ResponseWriter, r *http.Request) (domain.Snapshot, error) {
	id := r.PathValue("id")
	if _, err := s.Backend.Snapshot(r.Context(), id); err != nil {
		return domain.Snapshot{}, err
	}
	done, err := s.darkroom.take(w, domain.ActorFrom(r.Context()).Account.ID)
	if err != nil {
		return domain.Snapshot{}, err
	}
	defer done()
	picture, err := readBody(w, r, domain.MaxStill)
	if err != nil {
		return domain.Snapshot{}, err
	}
	return s.Backend.DeliverSnapshot(r.Context(), id, picture)
}
