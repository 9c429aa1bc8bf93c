package base

import (
	"errors"
	"reflect"
	"slices"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/text"
)

// Notice is a sentence for a person, in whatever language she reads. The zero
// Notice says nothing.
type Notice struct {
	Key  string // of the catalogue, with Args in its places
	Args []any
	Or   string // another key, where the catalogue lacks Key
	Text string // finished words, in English, of the backend or a device; said where the catalogue has nothing to say
	Said string // the reason that a person gave, in her words; said after the sentence
}

// Word is a key of the catalogue where an argument is a word of it.
type Word string

// Empty tells whether there is nothing to say.
func (n Notice) Empty() bool { return n.Key == "" && n.Text == "" }

// Same tells whether both say the same.
func (n Notice) Same(o Notice) bool { return reflect.DeepEqual(n, o) }

// In returns the sentence in the language of w. English keeps the finished
// words, which tell more than their kind.
func (n Notice) In(w *text.Words) string {
	said := n.sentence(w)
	if n.Said != "" {
		said += " " + w.Say("account.reason", n.Said)
	}
	return said
}

func (n Notice) sentence(w *text.Words) string {
	if n.Key == "" || n.Text != "" && w.Lang() == text.Source {
		return n.Text
	}
	args := slices.Clone(n.Args)
	for i, a := range args {
		if word, ok := a.(Word); ok {
			args[i] = w.Say(string(word))
		}
	}
	if said := w.Say(n.Key, args...); said != n.Key || n.Text == "" && n.Or == "" {
		return said
	}
	if said := w.Say(n.Or); said != n.Or || n.Text == "" {
		return said
	}
	return n.Text
}

// Say makes a Notice of a key.
func Say(key string, args ...any) Notice { return Notice{Key: key, Args: args} }

// Told makes a Notice of an error: the catalogue's "refused.REASON" where it
// names its sentence, else "error.KIND" or, of a device, "device.KIND", and the
// words of who refused. No error says nothing.
func Told(err error) Notice {
	if err == nil {
		return Notice{}
	}
	if kind := capture.KindOf(err); kind != "" {
		return Notice{Key: "device." + string(kind), Text: session.Sentence(err)}
	}
	n := Notice{Key: "error." + string(domain.KindOf(err))}
	var e *domain.Error
	if !errors.As(err, &e) {
		return n // what is for the log is not for her
	}
	n.Text = domain.Sentence(err)
	if e.Reason != "" {
		n.Key, n.Or = "refused."+e.Reason, n.Key
		for _, a := range e.Args {
			n.Args = append(n.Args, a)
		}
	}
	return n
}

// Passes tells whether an error may pass by itself.
func Passes(err error) bool {
	switch domain.KindOf(err) {
	case domain.KindUnavailable, domain.KindLimited, domain.KindInternal:
		return true
	default:
		return false
	}
}
