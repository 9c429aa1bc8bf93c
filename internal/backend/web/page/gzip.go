package page

import (
	"bytes"
	"compress/gzip"
	"net/http"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
)

// packedFrom is the size in bytes from which packing pays.
const packedFrom = 1024

// send writes a page, packed where the browser takes it and it is safe.
func (p *Pages) send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding, Sec-Fetch-Site")
	if len(body) >= packedFrom && reply.TakesGzip(r) && ownWish(r) {
		if packed, err := p.packed(body); err == nil { // else it goes as it is
			h.Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that left is no error of ours
}

func (p *Pages) packed(body []byte) ([]byte, error) {
	packer, ok := p.packers.Get().(*gzip.Writer)
	if !ok {
		packer = gzip.NewWriter(nil)
	}
	defer p.packers.Put(packer)
	var out bytes.Buffer
	packer.Reset(&out)
	if _, err := packer.Write(body); err != nil {
		return nil, err
	}
	if err := packer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// ownWish tells whether no other site can have made the browser ask this. The
// length of a packed page tells whether a part of it repeats another one: who
// could have pages fetched again and again with guesses in the address would
// read what else is on them (BREACH, CVE-2013-3587). Browsers that do not say
// who asks get packed only what nobody can put guesses into.
func ownWish(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "":
		return r.Method == http.MethodGet && r.URL.RawQuery == ""
	}
	return false
}
