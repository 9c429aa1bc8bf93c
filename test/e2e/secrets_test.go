package e2e

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// secrets are the words that no viewer may read, each with what it is.
func secrets(t *testing.T, s *stage.Stage, b *booth) map[string]string {
	t.Helper()
	all := map[string]string{herRouter: "her address", herHome: "her address", herMicrophone: "the name of her microphone",
		"Demo Person": "her name", "1995-04-23": "her birth date"}
	if host, err := os.Hostname(); err == nil && len(host) > 5 && strings.ContainsAny(host, "0123456789") { // else it may be a word
		all[host] = "the name of her computer"
	}
	person := func(p stage.Person) *client.Client {
		c, session := s.SignIn(p)
		me, err := c.Me(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all[string(me.Account.ID)], all[p.Email] = "an account's id", "an e-mail address"
		all[session.Token], all[p.Password] = "a session's token", "a password"
		sessions, err := c.Sessions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range sessions {
			all[one.ID] = "a session's id"
			if len(one.Device) > 5 {
				all[one.Device] = "what she signed in with"
			}
		}
		if p.StreamKey != "" {
			all[p.StreamKey] = "a stream key"
		}
		return c
	}
	for _, p := range append(slices.Clone(s.Performers), s.Members...) {
		person(p)
	}
	all[s.Members[1].Name], all[s.Members[2].Name] = "a silent member's name", "a silent member's name"
	all[s.Studio.Name], all[s.Staff.Name] = "the studio's name", "a clerk's name"
	person(s.Studio)
	lines, err := person(s.Staff).Performers(t.Context(), domain.PerformerFilter{State: domain.StateActive})
	if err != nil || len(lines) < 3 {
		t.Fatalf("staff sees %d active performers (%v), want 3", len(lines), err)
	}
	for _, line := range lines {
		if line.Person == "" {
			t.Fatalf("%s is no person", line.Account.Name)
		}
		all[string(line.Person)] = "a person's id"
	}
	for _, w := range offered(b.offer(t)) {
		all[w] = "a word of her upload's offer"
	}
	return all
}

// offered are the words of an offer that are its maker's own.
func offered(offer string) []string {
	var own []string
	for line := range strings.Lines(offer) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		fields := strings.Fields(value)
		switch {
		case strings.HasPrefix(line, "o="):
			own = append(own, strings.Fields(line)[1])
		case name == "a=ice-ufrag" || name == "a=ice-pwd":
			own = append(own, value)
		case name == "a=fingerprint":
			own = append(own, fields[1])
		case name == "a=msid":
			own = append(own, fields[0])
		case name == "a=ssrc":
			own = append(own, fields[0], strings.TrimPrefix(fields[1], "cname:"))
		}
	}
	return slices.DeleteFunc(own, func(w string) bool { return len(w) < 6 || strings.Contains(w, ":") && len(w) < 20 })
}

// tellsNothing looks for words in everything that came.
func tellsNothing(t *testing.T, room string, m *material, secret map[string]string) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	text, media := strings.ToLower(m.text.String()), bytes.ToLower(m.payload.Bytes())
	small := bytes.ToLower(slices.Concat(slices.Concat(m.reports...), slices.Concat(slices.Collect(maps.Values(m.stills))...)))
	for word, what := range secret {
		word = strings.ToLower(word)
		if at := strings.Index(text, word); at >= 0 {
			t.Errorf("%s tells %s, %q: …%s…", room, what, word, text[max(0, at-100):min(len(text), at+60)])
		}
		// A short word could be in so many bytes by chance.
		if bytes.Contains(small, []byte(word)) || len(word) >= 8 && bytes.Contains(media, []byte(word)) {
			t.Errorf("a packet or still of %s tells %s, %q", room, what, word)
		}
	}
	for _, b := range slices.Concat(m.reports, slices.Collect(maps.Values(m.stills))) {
		if bytes.Contains(b, []byte{127, 0, 0, 77}) || bytes.Contains(b, []byte{198, 51, 100, 77}) {
			t.Errorf("a report or still of %s holds her address", room)
		}
	}
}

// shareNoWord fails for what is in both rooms' material and not in that of
// somebody else's room, which shows what is the site's own.
func shareNoWord(t *testing.T, a, b, other *material) {
	t.Helper()
	ofB, common := b.words(), other.words()
	if len(ofB) < 100 || len(common) < 100 {
		t.Fatalf("only %d and %d words were received", len(ofB), len(common))
	}
	for w := range a.words() {
		if ofB[w] && !common[w] {
			t.Errorf("both rooms told %q, and no other room did", w)
		}
	}
}

// shareNoMoment fails when the material tells of changes of both rooms that came
// together, as those of one upload do.
func shareNoMoment(t *testing.T, a, b *material) {
	t.Helper()
	moments := func(m *material) (all []int64) {
		for _, found := range regexp.MustCompile(`("kind":"room","at"|"since"):(\d+)`).FindAllStringSubmatch(m.text.String(), -1) {
			if at, err := strconv.ParseInt(found[2], 10, 64); err == nil && at != 0 {
				all = append(all, at)
			}
		}
		return all
	}
	for _, x := range moments(a) {
		for _, y := range moments(b) {
			if time.Duration(max(x-y, y-x))*time.Millisecond < time.Second {
				t.Errorf("both rooms told that they changed together, at %d and %d", x, y)
				return
			}
		}
	}
}

func shareNoStill(t *testing.T, a, b *material) {
	t.Helper()
	if len(a.stills) < 2 || len(b.stills) < 2 {
		t.Errorf("only %d and %d stills were seen", len(a.stills), len(b.stills))
	}
	for sum, picture := range a.stills {
		if b.stills[sum] != nil {
			t.Error("both rooms showed the same still")
		}
		bareJPEG(t, picture)
	}
	for _, picture := range b.stills {
		bareJPEG(t, picture)
	}
}

// bareJPEG fails when a JPEG has any segment that a picture does not need:
// APPn (EXIF, XMP, ICC) or a comment.
func bareJPEG(t *testing.T, b []byte) {
	t.Helper()
	for at := 2; at+4 <= len(b) && b[at] == 0xff; at += 2 + int(binary.BigEndian.Uint16(b[at+2:])) {
		switch kind := b[at+1]; {
		case kind == 0xda: // the picture itself
			return
		case kind >= 0xe0 && kind <= 0xef || kind == 0xfe:
			t.Errorf("a still has the segment %#x", kind)
		}
	}
	t.Error("a still has no picture")
}

// shareNoEntry compares the two rooms' entries of the public list.
func shareNoEntry(t *testing.T, list *material, names ...string) {
	t.Helper()
	told := map[string]map[string]bool{}
	for _, body := range regexp.MustCompile(`\{"rooms":\[.*\]\}`).FindAllString(list.text.String(), -1) {
		var rooms struct{ Rooms []json.RawMessage }
		if err := json.Unmarshal([]byte(body), &rooms); err != nil {
			t.Fatal(err)
		}
		for _, entry := range rooms.Rooms {
			var room domain.Room
			if err := json.Unmarshal(entry, &room); err != nil {
				t.Fatal(err)
			}
			if told[room.Name] == nil {
				told[room.Name] = map[string]bool{}
			}
			maps.Copy(told[room.Name], words(string(entry)))
		}
	}
	a, b, other := told[names[0]], told[names[1]], told[elseName]
	if len(a) == 0 || len(b) == 0 || len(other) == 0 {
		t.Fatalf("the list told %v", told)
	}
	for w := range a {
		if b[w] && !other[w] {
			t.Errorf("the list told %q of both rooms, and of no other", w)
		}
	}
}
