package web

import (
	"net/http"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

const apiRoot = "/api/v1/"

// routeAPI lists every call of docs/PROTOCOL.md 1 and 2.
func (s *Site) routeAPI() {
	api := func(method, path string, h http.HandlerFunc) { s.mux.HandleFunc(method+" "+apiRoot+path, h) }
	const ok, created = http.StatusOK, http.StatusCreated

	api("POST", "sessions", s.signIn)
	api("GET", "sessions", show(s.sessions))
	api("DELETE", "sessions/current", s.signOut)
	api("DELETE", "sessions/{id}", do(s.revokeSession))
	api("GET", "me", show(s.me))

	api("POST", "members", s.limitSignUps(call(created, s.signUpMember)))
	api("POST", "performers", s.limitSignUps(call(created, s.signUpPerformer)))
	api("GET", "performers/{performer}/application", show(s.application))
	api("PUT", "performers/{performer}/application", call(ok, s.apply))
	api("PUT", "performers/{performer}/activation", call(ok, s.setActivation))
	api("POST", "studio/performers", s.limitSignUps(call(created, s.addPerformer)))
	api("GET", "studio/performers", show(s.studioPerformers))
	api("GET", "staff/performers", show(s.staffPerformers))
	api("POST", "staff/performers/{performer}/decision", call(ok, s.decide))

	api("POST", "broadcasts", call(created, s.begin))
	api("GET", "rooms", show(s.rooms))
	api("GET", "rooms/{performer}", show(s.room))
	api("PUT", "rooms/{performer}/online", call(ok, s.setOnline))
	api("PUT", "rooms/{performer}/paused", call(ok, s.setPaused))
	api("GET", "rooms/{performer}/settings", show(s.settings))
	api("PUT", "rooms/{performer}/settings", call(ok, s.setSettings))
	api("POST", "rooms/{performer}/stream-key", s.newStreamKey)
	api("PUT", "rooms/{performer}/thumbnail", s.setThumbnail)
	api("GET", "rooms/{performer}/thumbnail", s.thumbnail)

	api("POST", "rooms/{performer}/messages", call(created, s.say))
	api("GET", "rooms/{performer}/messages", show(s.messages))
	api("POST", "rooms/{performer}/tips", call(created, s.tip))
	api("POST", "rooms/{performer}/bans", call(created, s.ban))
	api("GET", "rooms/{performer}/bans", show(s.bans))
	api("DELETE", "rooms/{performer}/bans/{viewer}", do(s.lift))

	api("GET", "browse", show(s.browse))
	api("GET", "performers/{performer}/profile", show(s.profile))
	api("PUT", "performers/{performer}/profile", call(ok, s.setProfile))
	api("PUT", "performers/{performer}/goal", call(ok, s.setGoal))
	api("GET", "rooms/{performer}/as", show(s.roomAs))
	api("GET", "performers/{performer}/statement", show(s.statement))
	api("GET", "performers/{performer}/viewers", show(s.viewers))
	api("PUT", "performers/{performer}/viewers/{viewer}", call(ok, s.setRemark))
	api("PUT", "performers/{performer}/pictures/{slot}", s.setPicture)
	api("GET", "performers/{performer}/pictures", show(s.pictures))
	api("GET", "performers/{performer}/pictures/{slot}", s.picture)
	api("GET", "staff/pictures", show(s.waitingPictures))
	api("POST", "staff/pictures/{performer}/{slot}/review", call(ok, s.reviewPicture))
	api("GET", "staff/audit", show(s.auditLog))

	api("GET", "payees/{payee}", show(s.payee))
	api("PUT", "payees/{payee}/limit", call(ok, s.setPayoutLimit))
	api("PUT", "payees/{payee}/method", call(ok, s.setPayoutMethod))
	api("PUT", "payees/{payee}/studio-share", call(ok, s.setStudioShare))
	api("POST", "payees/{payee}/payouts", call(created, s.payNow))
	api("GET", "payees/{payee}/payslips/{period}", show(s.payslip))
	api("GET", "staff/payouts", show(s.payouts))
	api("POST", "staff/payouts", call(ok, s.runPayouts))
	api("POST", "staff/refunds", call(created, s.refund))
	api("GET", "staff/protections", show(s.protections))
	api("PUT", "staff/protections/{performer}", call(ok, s.setProtection))

	api("GET", "favourites", show(s.favourites))
	api("PUT", "favourites/{performer}", call(ok, s.setFavourite))
	api("GET", "history", show(s.history))
	api("GET", "budget", show(s.budget))
	api("PUT", "budget", call(ok, s.setBudget))
	api("GET", "packages", show(s.packages))
	api("POST", "purchases", call(created, s.buy))
	api("GET", "purchases/{id}", show(s.purchase))
	api("POST", "webhooks/sandbox", s.sandboxNotice)

	api("GET", "events", s.events)
	s.routeShows(api)
	s.routeSnapshots(api)
	s.mux.HandleFunc(apiRoot, s.unknown)
}

// routeShows lists the calls about private shows.
func (s *Site) routeShows(api func(method, path string, h http.HandlerFunc)) {
	api("GET", "rooms/{performer}/quote", show(s.quote))
	api("POST", "rooms/{performer}/shows", call(http.StatusCreated, s.ask))
	api("POST", "rooms/{performer}/free", call(http.StatusOK, s.free))
	api("GET", "shows", show(s.openShows))
	api("GET", "shows/{id}", show(s.privateShow))
	api("POST", "shows/{id}/answer", call(http.StatusOK, s.answer))
	api("POST", "shows/{id}/ready", call(http.StatusOK, s.ready))
	api("POST", "shows/{id}/extras", call(http.StatusOK, s.setExtras))
	api("POST", "shows/{id}/end", call(http.StatusOK, s.endShow))
}

// routeSnapshots lists the calls about paying snapshots.
func (s *Site) routeSnapshots(api func(method, path string, h http.HandlerFunc)) {
	api("POST", "rooms/{performer}/snapshots", call(http.StatusCreated, s.askSnapshot))
	api("GET", "performers/{performer}/snapshots", show(s.soldSnapshots))
	api("GET", "snapshots/{id}", show(s.snapshot))
	api("DELETE", "snapshots/{id}", do(s.deleteSnapshot))
	api("PUT", "snapshots/{id}/picture", s.deliverSnapshot)
	api("GET", "snapshots/{id}/picture", s.snapshotPicture(false))
	api("GET", "snapshots/{id}/thumbnail", s.snapshotPicture(true))
}

// unknown answers what no route knows, as JSON: also a known path with another
// method, which ServeMux alone would answer in plain text.
func (s *Site) unknown(w http.ResponseWriter, r *http.Request) {
	err := domain.Errorf("request", domain.KindNotFound, "There is no such call. Compare the method and the path with docs/PROTOCOL.md.")
	if allowed := s.otherMethods(r); len(allowed) > 0 {
		w.Header()["Allow"] = allowed
		reply.ErrorStatus(w, err, http.StatusMethodNotAllowed)
		return
	}
	reply.Error(w, err)
}

func (s *Site) otherMethods(r *http.Request) []string {
	var allowed []string
	for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
		probe := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != apiRoot {
			allowed = append(allowed, method)
		}
	}
	return allowed
}

// notReady is 503 with the words of what is missing, if it has any.
func notReady(err error) error {
	if domain.KindOf(err) == domain.KindUnavailable {
		return err
	}
	return domain.Wrap("ready", domain.KindUnavailable, err, "A part of the backend is not ready yet. Try again in a moment.")
}

func (s *Site) routeHealth() {
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		reply.JSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	s.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.Ready(r.Context()); err != nil {
			reply.Error(w, notReady(err))
			return
		}
		reply.JSON(w, http.StatusOK, map[string]string{"status": "ready"})
	})
}
