package web

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/domain"
)

type askBody struct {
	Key string `json:"key"`
	domain.Rates
}

type answerBody struct {
	Accept bool `json:"accept"`
}

type extrasBody struct {
	Cam2cam bool `json:"cam2cam"`
	Audio   bool `json:"audio"`
}

type showList struct {
	Shows []domain.Show `json:"shows"`
}

func (s *Site) quote(r *http.Request) (domain.Quote, error) {
	return s.Backend.Quote(r.Context(), r.PathValue("performer"))
}

func (s *Site) ask(r *http.Request, in askBody) (domain.Show, error) {
	return s.Backend.Ask(r.Context(), r.PathValue("performer"), in.Key, in.Rates)
}

func (s *Site) openShows(r *http.Request) (showList, error) {
	shows, err := s.Backend.OpenShows(r.Context())
	return showList{Shows: list(shows)}, err
}

func (s *Site) privateShow(r *http.Request) (domain.Show, error) {
	return s.Backend.Show(r.Context(), r.PathValue("id"))
}

func (s *Site) answer(r *http.Request, in answerBody) (domain.Show, error) {
	return s.Backend.Answer(r.Context(), r.PathValue("id"), in.Accept)
}

func (s *Site) ready(r *http.Request, _ struct{}) (domain.Show, error) {
	return s.Backend.ReadyFor(r.Context(), r.PathValue("id"))
}

func (s *Site) setExtras(r *http.Request, in extrasBody) (domain.Show, error) {
	return s.Backend.SetExtras(r.Context(), r.PathValue("id"), in.Cam2cam, in.Audio)
}

func (s *Site) endShow(r *http.Request, _ struct{}) (domain.Show, error) {
	return s.Backend.End(r.Context(), r.PathValue("id"))
}

func (s *Site) free(r *http.Request, _ struct{}) (domain.Room, error) {
	return s.Backend.Free(r.Context(), r.PathValue("performer"))
}
