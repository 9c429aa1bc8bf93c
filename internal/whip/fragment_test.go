package whip

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const (
	ufrag = "EsAw"
	pwd   = "P2uYro0UCOQ4zxjKXaWCBui1"
)

func TestFragment_roundTrip(t *testing.T) {
	for _, f := range []Fragment{
		{Ufrag: ufrag, Pwd: pwd, Mid: "0", Candidates: []string{"candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host"}, End: true},
		{Ufrag: ufrag, Pwd: pwd, Mid: "audio", Lite: true},
		{Mid: "0", End: true},
		{Mid: "1", Candidates: []string{"candidate:1 1 udp 1 192.0.2.1 1 typ host", "candidate:2 1 tcp 1 192.0.2.1 9 typ host tcptype active"}},
	} {
		back, err := ParseFragment(f.String())
		if err != nil || !reflect.DeepEqual(back, f) {
			t.Errorf("%+v became %+v, %v", f, back, err)
		}
	}
}

func TestParseFragment_refuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":              "",
		"not an SDP":           "hello\r\n",
		"JSON":                 `{"candidate":"x"}`,
		"nothing of ICE":       "a=mid:0\r\n",
		"a password alone":     "a=ice-pwd:" + pwd + "\r\n",
		"a name alone":         "a=ice-ufrag:" + ufrag + "\r\n",
		"a short name":         "a=ice-ufrag:abc\r\na=ice-pwd:" + pwd + "\r\n",
		"a short password":     "a=ice-ufrag:" + ufrag + "\r\na=ice-pwd:short\r\n",
		"a wrong character":    "a=ice-ufrag:Es w\r\na=ice-pwd:" + pwd + "\r\n",
		"two sessions":         "a=ice-ufrag:" + ufrag + "\r\na=ice-pwd:" + pwd + "\r\na=ice-ufrag:Other\r\n",
		"a huge candidate":     "a=candidate:" + strings.Repeat("x", 600) + "\r\n",
		"very many candidates": strings.Repeat("a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n", 200),
		"a huge body":          strings.Repeat("a=x\r\n", MaxBody),
	} {
		if f, err := ParseFragment(body); err == nil || !errors.Is(err, errFragment) {
			t.Errorf("%s gave %+v, %v", name, f, err)
		}
	}
}

func TestFragmentOf_takesTheFirstSection(t *testing.T) {
	sdp := "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" +
		"m=video 9 UDP/TLS/RTP/SAVPF 102\r\na=mid:v\r\na=ice-ufrag:" + ufrag + "\r\na=ice-pwd:" + pwd + "\r\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n" +
		"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:a\r\na=ice-ufrag:other\r\na=ice-pwd:" + pwd + "2\r\na=candidate:2 1 udp 1 192.0.2.1 2 typ host\r\n"
	f, err := FragmentOf(sdp)
	if err != nil || f.Ufrag != ufrag || f.Pwd != pwd || f.Mid != "v" || len(f.Candidates) != 1 {
		t.Errorf("%+v %v", f, err)
	}
	if _, err := FragmentOf("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"); err == nil {
		t.Error("an SDP without credentials gave a fragment")
	}
}

func FuzzParseFragment(f *testing.F) {
	f.Add(Fragment{Ufrag: ufrag, Pwd: pwd, Candidates: []string{"candidate:1 1 udp 1 192.0.2.1 1 typ host"}, End: true}.String())
	f.Add("a=ice-ufrag:x\na=\n=\n\n")
	f.Fuzz(func(t *testing.T, body string) {
		a, err := ParseFragment(body)
		if err != nil {
			return
		}
		b, err := ParseFragment(a.String())
		if err != nil {
			t.Fatalf("what was printed is refused: %v\n%q", err, a.String())
		}
		if fmt.Sprint(a.Candidates, a.Ufrag, a.Pwd, a.End) != fmt.Sprint(b.Candidates, b.Ufrag, b.Pwd, b.End) {
			t.Fatalf("%+v became %+v", a, b)
		}
	})
}
