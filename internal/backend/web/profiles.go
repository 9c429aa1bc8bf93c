package web

import (
	"net/http"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

type cardList struct {
	Rooms []domain.Card `json:"rooms"`
}

func (s *Site) browse(r *http.Request) (cardList, error) {
	price, err := number(r, "max_price")
	if err != nil {
		return cardList{}, err
	}
	q := r.URL.Query()
	cards, err := s.Backend.Browse(r.Context(), domain.Filter{
		Category: q.Get("category"), Language: q.Get("language"), Willingness: q.Get("willingness"),
		MaxPrice: domain.Millicredits(price), Query: q.Get("q"),
	})
	return cardList{Rooms: list(cards)}, err
}

func (s *Site) profile(r *http.Request) (domain.Profile, error) {
	return s.Backend.Profile(r.Context(), r.PathValue("performer"))
}

func (s *Site) setProfile(r *http.Request, in domain.ProfileEdit) (domain.Profile, error) {
	return s.Backend.SetProfile(r.Context(), r.PathValue("performer"), in)
}

type goalBody struct {
	Title  string              `json:"title"`
	Target domain.Millicredits `json:"target_millicredits"`
}

func (s *Site) setGoal(r *http.Request, in goalBody) (domain.Profile, error) {
	return s.Backend.SetGoal(r.Context(), r.PathValue("performer"), in.Title, in.Target)
}

func (s *Site) roomAs(r *http.Request) (domain.Sight, error) {
	q := r.URL.Query()
	return s.Backend.RoomAs(r.Context(), r.PathValue("performer"), q.Get("country"), domain.Role(q.Get("role")))
}

// setPicture takes the file as it is; what it is the file itself tells.
func (s *Site) setPicture(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), "/"); kind != "image" {
		fail(w, domain.Errorf("picture", domain.KindInvalid, "Send the picture's file as image/jpeg or image/png."))
		return
	}
	kept, err := s.takePicture(w, r)
	if err != nil {
		fail(w, err)
		return
	}
	reply.JSON(w, http.StatusOK, kept)
}

// takePicture reads nothing of what somebody sends who may not send it.
func (s *Site) takePicture(w http.ResponseWriter, r *http.Request) (domain.Picture, error) {
	actor, performer := domain.ActorFrom(r.Context()), r.PathValue("performer")
	switch {
	case actor.Account.ID == "":
		return domain.Picture{}, domain.Errorf("picture", domain.KindUnauthenticated, "Sign in to send pictures.").Because("signin.first")
	case actor.Role() != domain.RolePerformer || actor.Account.Name != performer:
		return domain.Picture{}, domain.Errorf("picture", domain.KindForbidden, "Only the performer herself sends her pictures. Sign in with her account.").Because("performer.only")
	}
	done, err := s.intake.take(w, actor.Account.ID)
	if err != nil {
		return domain.Picture{}, err
	}
	defer done()
	raw, err := readBody(w, r, domain.MaxPicture)
	if err != nil {
		return domain.Picture{}, err
	}
	return s.Backend.SetPicture(r.Context(), performer, slotOf(r), raw)
}

func slotOf(r *http.Request) domain.Slot { return domain.Slot(r.PathValue("slot")) }

type pictureList struct {
	Pictures []domain.Picture `json:"pictures"`
}

func (s *Site) pictures(r *http.Request) (pictureList, error) {
	pictures, err := s.Backend.Pictures(r.Context(), r.PathValue("performer"))
	return pictureList{Pictures: list(pictures)}, err
}

func (s *Site) picture(w http.ResponseWriter, r *http.Request) {
	jpeg, err := s.Backend.Picture(r.Context(), r.PathValue("performer"), slotOf(r), r.URL.Query().Get("v"))
	if err != nil {
		fail(w, err)
		return
	}
	writeJPEG(w, r, jpeg)
}

func (s *Site) waitingPictures(r *http.Request) (pictureList, error) {
	pictures, err := s.Backend.WaitingPictures(r.Context())
	return pictureList{Pictures: list(pictures)}, err
}

func (s *Site) reviewPicture(r *http.Request, in domain.PictureReview) (domain.Picture, error) {
	return s.Backend.ReviewPicture(r.Context(), r.PathValue("performer"), slotOf(r), in)
}
