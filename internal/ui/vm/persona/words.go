package persona

import (
	"context"
	"slices"
	"strings"
)

// BanWord adds what she typed to an account's banned words (domain C8): one word,
// or several with commas between them. The words of a refusal say what is wrong.
func (p *Persona) BanWord(email, typed string) {
	p.words(email, func(list []string) []string {
		for word := range strings.SplitSeq(typed, ",") {
			if word = strings.TrimSpace(word); word != "" && !slices.Contains(list, word) {
				list = append(list, word)
			}
		}
		return list
	})
}

// AllowWord takes a word off an account's list.
func (p *Persona) AllowWord(email, word string) {
	p.words(email, func(list []string) []string {
		return slices.DeleteFunc(list, func(w string) bool { return w == word })
	})
}

// words edits the list as it is kept now, and shows what became of it.
func (p *Persona) words(email string, edit func(list []string) []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rooms[email]
	if r == nil {
		return
	}
	p.try(r, r.lane, func(ctx context.Context) error {
		now, err := r.Backend.Settings(ctx, r.Name)
		if err != nil {
			return err
		}
		now.BannedWords = edit(append([]string{}, now.BannedWords...))
		if err := r.Backend.SetSettings(ctx, r.Name, now); err != nil {
			return err
		}
		if now, err = r.Backend.Settings(ctx, r.Name); err != nil { // as the backend keeps them
			return err
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		r.view.Doors = now
		r.view.Saved++
		return nil
	})
}
