package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"sync"
)

// File is the name of the file in the profile's folder.
const File = "settings.json"

// maxFile bounds what is read.
const maxFile = 1 << 20

// Store is what is remembered. Its methods may be called from any goroutine.
type Store struct {
	path string

	mu      sync.Mutex
	values  Values
	unknown map[string]json.RawMessage // keys of other versions
	dirty   bool
	heard   []func()

	writing sync.Mutex // one Save at a time
}

// Kind is what went wrong with the file.
type Kind string

// The kinds. The catalogue has "settings."+kind, with the path in its place.
const (
	Damaged    Kind = "damaged"    // it was set aside as Path, and all is as on the first start
	Unreadable Kind = "unreadable" // it is left as it is, and all is as on the first start
	Unwritten  Kind = "unwritten"  // what changed is not kept
)

// Trouble is the one error of this package. Err is for the log.
type Trouble struct {
	Kind Kind
	Path string
	Err  error
}

// Error is for the log.
func (t *Trouble) Error() string { return fmt.Sprintf("settings %s: %s: %v", t.Kind, t.Path, t.Err) }

// Unwrap returns the cause.
func (t *Trouble) Unwrap() error { return t.Err }

// Open reads the values of a folder, which is made when there is none. The Store
// is always of use; an error is a *Trouble: the values of a file that could not be
// read are the defaults, and a damaged one was set aside.
func Open(folder string) (*Store, error) {
	s := &Store{path: filepath.Join(folder, File), values: Defaults(), unknown: map[string]json.RawMessage{}}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return s, &Trouble{Kind: Unwritten, Path: folder, Err: err}
	}
	text, err := read(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return s, &Trouble{Kind: Unreadable, Path: s.path, Err: err}
	}
	if s.values, s.unknown, err = parse(text); err != nil {
		return s, s.setAside(err)
	}
	return s, nil
}

// setAside keeps a file that is none of ours, under another name.
func (s *Store) setAside(cause error) error {
	aside := s.path + ".broken"
	if err := os.Rename(s.path, aside); err != nil {
		return &Trouble{Kind: Unreadable, Path: s.path, Err: errors.Join(cause, err)}
	}
	return &Trouble{Kind: Damaged, Path: aside, Err: cause}
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// parse reads a file: its values within their ranges, and the keys that are not
// known.
func parse(text []byte) (Values, map[string]json.RawMessage, error) {
	v, found := Defaults(), map[string]json.RawMessage{}
	if len(text) > maxFile {
		return v, found, fmt.Errorf("it has more than %d bytes", maxFile)
	}
	if err := json.Unmarshal(text, &found); err != nil || found == nil {
		return Defaults(), map[string]json.RawMessage{}, errors.Join(errors.New("it is not a JSON object"), err)
	}
	for _, it := range v.items() {
		raw, ok := found[it.key]
		delete(found, it.key)
		into := reflect.ValueOf(it.into).Elem()
		fresh := reflect.New(into.Type())
		fresh.Elem().Set(into)
		if ok && json.Unmarshal(raw, fresh.Interface()) == nil {
			into.Set(fresh.Elem())
		}
	}
	v.clamp()
	return v, found, nil
}

// Get returns a copy of the values.
func (s *Store) Get() Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values.Clone()
}

// Change edits a copy of the values, which is put within its ranges and taken.
// Those who Listen are called afterwards, unless nothing changed. Nothing is
// written before Save.
func (s *Store) Change(edit func(v *Values)) {
	s.mu.Lock()
	lent := s.values.Clone()
	edit(&lent)
	v := lent.Clone() // what edit kept is its own
	v.clamp()
	if reflect.DeepEqual(v, s.values) {
		s.mu.Unlock()
		return
	}
	s.values, s.dirty = v, true
	heard := s.heard
	s.mu.Unlock()
	for _, f := range heard {
		f()
	}
}

// Listen has f called after every change, in the goroutine that changed. f does
// not block.
func (s *Store) Listen(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard[:len(s.heard):len(s.heard)], f)
}

// Save writes what changed since the last time; nothing when nothing did. The
// error is a *Trouble.
func (s *Store) Save() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	dirty, values, unknown := s.dirty, s.values.Clone(), maps.Clone(s.unknown)
	s.dirty = false
	s.mu.Unlock()
	if !dirty {
		return nil
	}
	text, err := format(values, unknown)
	if err == nil {
		err = replace(s.path, text)
	}
	if err != nil {
		s.mu.Lock()
		s.dirty = true
		s.mu.Unlock()
		return &Trouble{Kind: Unwritten, Path: s.path, Err: err}
	}
	return nil
}

func format(v Values, unknown map[string]json.RawMessage) ([]byte, error) {
	all := unknown
	for _, it := range v.items() {
		raw, err := json.Marshal(it.into)
		if err != nil {
			return nil, err
		}
		all[it.key] = raw
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(all)
	return out.Bytes(), err
}

// replace writes a whole new file and gives it the name.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".settings-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
