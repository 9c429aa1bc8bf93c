package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/vault"
)

// Memory goes back every two minutes while the window is open, and never after.
func TestGiveBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var at []time.Duration
		began, ended := time.Now(), make(chan struct{})
		go func() {
			defer close(ended)
			giveBack(ctx, func() { at = append(at, time.Since(began)) })
		}()
		time.Sleep(5 * time.Minute) // of the bubble's clock
		cancel()
		<-ended
		if !slices.Equal(at, []time.Duration{2 * time.Minute, 4 * time.Minute}) {
			t.Errorf("given back at %v", at)
		}
	})
}

// showOf seats accounts that were signed in at the given addresses.
func showOf(t *testing.T, urls ...string) *show {
	t.Helper()
	l := liveCmd{Size: size{320, 180}, Video: pattern(), Audio: source{desk.Source{Kind: "silence"}}}
	d, err := l.desk(nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var entries []entry
	for i, url := range urls {
		c, err := client.New(client.Config{URL: url, Token: "t"})
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, entry{account: account{email: fmt.Sprintf("%c@x", 'a'+i)}, client: c})
	}
	return newShow(d, entries, time.Unix(100, 0))
}

func pattern() source { return source{desk.Source{Kind: "pattern"}} }

func TestShow_verdict(t *testing.T) {
	s := showOf(t, "http://localhost:1")
	if err := s.verdict(); err == nil || !strings.Contains(err.Error(), "a@x was offline at the end") {
		t.Errorf("an account that was not live gave %v", err)
	}
}

func TestMeter_lines(t *testing.T) {
	s := showOf(t, "http://localhost:1")
	m := &meter{show: s}
	first := m.line(s.began.Add(1500 * time.Millisecond))
	if first.T != 1.5 || first.Video.FPS != 0 || first.Video.Width != 320 || first.Audio.Level != capture.SilenceDB || len(first.Accounts) != 1 {
		t.Errorf("%+v", first)
	}
	m.last = session.Stats{} // as if nothing had been coded before
	if l := m.line(s.began.Add(2500 * time.Millisecond)); l.Video.FPS != 0 || l.Video.Kbps != 0 || l.CPU <= 0 || l.RSS <= 0 {
		t.Errorf("%+v", l)
	}
	var out bytes.Buffer
	tellCalmly(&out, line{T: 61.4, Video: videoLine{Width: 1920, Height: 1080, FPS: 29.97, Kbps: 4000}}, s.accounts)
	if want := "1m1s  1920x1080 30 fps 4000 kbit/s  a@x offline, 0 watching, $0.00\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// A guest is told of while he is there, with what came and what was played.
func TestMeter_guest(t *testing.T) {
	if l := guestOf(desk.Guest{Volume: 100}); l != nil {
		t.Errorf("nobody is told of as %+v", *l)
	}
	g := desk.Guest{Extras: session.Extras{Show: "s", Cam2cam: true}}
	g.Way.Flowing, g.Way.Video.Pictures, g.Way.Video.Width, g.Way.Video.Height = true, 7, 640, 480
	if l := guestOf(g); *l != (guestLine{Show: "s", Cam2cam: true, Flowing: true, Pictures: 7, Width: 640, Height: 480, Level: -90}) {
		t.Errorf("%+v", *l)
	}
	g.Audio, g.Voice.Level, g.Voice.Played, g.Way.Audio.Heard = true, -21.04, 1500*time.Millisecond, 2*time.Second
	if l := guestOf(g); l.Level != -21 || l.Played != 1.5 || l.Heard != 2 {
		t.Errorf("%+v", *l)
	}
}

func TestSpeaker_words(t *testing.T) {
	for word, want := range map[string]speaker{"system": "", "none": silent, "device:pulse:x": "pulse:x"} {
		var s speaker
		if err := s.UnmarshalText([]byte(word)); err != nil || s != want {
			t.Errorf("%s is %q, %v", word, s, err)
		}
	}
	for _, word := range []string{"", "loud", "device:"} {
		var s speaker
		if s.UnmarshalText([]byte(word)) == nil {
			t.Errorf("%q is taken", word)
		}
	}
	if _, err := openSpeaker(silent)(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestSources(t *testing.T) {
	for _, s := range []desk.Source{{Kind: "pattern"}, {Kind: "device", Name: "x"}, {Kind: "file", Name: "a.y4m"}} {
		if open, err := openCamera(s, capture.Wish{}, nil); err != nil || open == nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []desk.Source{{Kind: "tone"}, {Kind: "silence"}, {Kind: "device", Name: "x"}, {Kind: "file", Name: "a.wav"}} {
		if open, err := openMicrophone(s); err != nil || open == nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []desk.Source{{Kind: "pattern", Name: "x"}, {Kind: "file"}, {Kind: "tone"}} {
		if _, err := openCamera(s, capture.Wish{}, nil); domain.KindOf(err) != domain.KindInvalid || !strings.Contains(domain.Sentence(err), s.String()) {
			t.Errorf("%s: %v", s, err)
		}
	}
	if _, err := openMicrophone(desk.Source{Kind: "pattern"}); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("a picture as sound: %v", err)
	}
}

func TestCredentials_findPerformersByEMail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	write(t, path, `{"performers":[{"email":"A@x","password":"1","stream_key":"k"},{"email":"b@x","password":"2"},{"email":"c@x","password":"3"}],"members":[]}`, 0o600)
	c, err := readCredentials(path)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := c.password("a@X"); !ok || p != "1" {
		t.Errorf("%q %v", p, ok)
	}
	if got := c.first(2); len(got) != 2 || got[1].email != "b@x" {
		t.Errorf("%v", got)
	}
	write(t, path, `{"performers":[`+strings.Repeat(" ", maxCredentials)+`]}`, 0o600)
	if _, err := readCredentials(path); err == nil {
		t.Error("a huge file was read")
	}
}

func TestOpenVault_warnsWhenNothingIsKept(t *testing.T) {
	var said bytes.Buffer
	v := openVault(t.Context(), world{getenv: func(string) string { return "" }}, slog.New(slog.NewTextHandler(&said, nil)))
	defer func() { _ = v.Close() }()
	if _, ok := v.(*vault.Memory); ok && !strings.Contains(said.String(), "sign in again after each start") {
		t.Errorf("no warning in %q", said.String())
	}
}

// Without a keyring the device token lies in a file that only her passphrase
// opens; a wrong one is asked again, and none keeps nothing.
func TestOpenSealed_keepsTheTokenBehindAPassphrase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jasmincam", "sealed")
	log := slog.New(slog.DiscardHandler)
	typing := func(phrases ...string) func(string) (string, error) {
		return func(string) (string, error) {
			if len(phrases) == 0 {
				return "", errors.New("nothing typed")
			}
			now := phrases[0]
			phrases = phrases[1:]
			return now, nil
		}
	}
	first := openSealed(typing("short", "a long passphrase"), path, log)
	if first == nil {
		t.Fatal("a new file was refused")
	}
	if err := errors.Join(first.Put("a@x", "token"), first.Close()); err != nil {
		t.Fatal(err)
	}
	again := openSealed(typing("another passphrase", "a long passphrase"), path, log)
	if again == nil {
		t.Fatal("the right passphrase was refused after a wrong one")
	}
	if got, err := again.Get("a@x"); err != nil || got != "token" {
		t.Errorf("%q, %v", got, err)
	}
	if openSealed(typing(), path, log) != nil || openSealed(nil, path, log) != nil {
		t.Error("the file opened without a passphrase")
	}
}

func TestWorld_asksOnlyOnATerminal(t *testing.T) {
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if (world{in: file}).asker(t.Context()) != nil || (world{}).asker(t.Context()) != nil {
		t.Error("a password would be asked where nobody can type it")
	}
	w := world{in: file, err: &bytes.Buffer{}}
	if _, err := w.askTerminal(t.Context(), "Password: "); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("reading from no terminal: %v", err)
	}
}

func TestSignOut_onlySessionsThatAreNotKept(t *testing.T) {
	var ended []string
	api := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ended = append(ended, r.Method+" "+r.Header.Get("Authorization"))
	}))
	defer api.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c, err := client.New(client.Config{URL: api.URL, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // Ctrl-C came: the session is ended nevertheless
	signOut(ctx, []entry{{client: c.With("brief"), brief: true}, {client: c.With("kept")}}, slog.New(slog.DiscardHandler))
	if len(ended) != 1 || ended[0] != "DELETE Bearer brief" {
		t.Errorf("%v", ended)
	}
}
