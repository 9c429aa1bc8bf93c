package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
)

//go:embed assets/*
var assetFiles embed.FS

// bundle is all static files under one address that changes when any of them
// does. The modules import each other by relative names, so that a whole page
// always runs on one version.
type bundle struct {
	hash  string
	files map[string]asset
}

type asset struct {
	kind        string
	plain, gzip []byte
}

func newBundle() (*bundle, error) {
	b := &bundle{files: make(map[string]asset)}
	sum := sha256.New()
	err := fs.WalkDir(assetFiles, "assets", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := assetFiles.ReadFile(name)
		if err != nil {
			return err
		}
		sum.Write(fmt.Appendf(nil, "%s\x00%d\x00%s", name, len(content), content))
		packed, err := pack(content)
		b.files[path.Base(name)] = asset{kind: assetKind(name), plain: content, gzip: packed}
		return err
	})
	b.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return b, err
}

// assetKind does not ask the machine: its table of types may be anything.
func assetKind(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func pack(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// address is where a file of the bundle is.
func (b *bundle) address(name string) string { return "/assets/" + b.hash + "/" + name }

// serve answers a file for ever; under the address of another version, as a
// window that was open during an update may ask, for once.
func (b *bundle) serve(w http.ResponseWriter, r *http.Request) {
	age := "no-cache"
	if r.PathValue("hash") == b.hash {
		age = "public, max-age=31536000, immutable"
	}
	b.send(w, r, r.PathValue("name"), age)
}

func (b *bundle) favicon(w http.ResponseWriter, r *http.Request) {
	b.send(w, r, "icon.svg", "public, max-age=86400")
}

func (b *bundle) send(w http.ResponseWriter, r *http.Request, name, age string) {
	file, ok := b.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("Cache-Control", age)
	h.Set("Vary", "Accept-Encoding")
	body := file.plain
	if reply.TakesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = file.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that left is no error of ours
}
