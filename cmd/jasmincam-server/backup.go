package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend"
)

type backup struct {
	Data string `placeholder:"DIR" required:"" help:"Folder of a site with SQLite; it may be running."`
	To   string `placeholder:"FILE" required:"" help:"New file for the copy, with its whole name."`
}

// Run copies, and tells how far it is at each tenth.
func (b backup) Run(ctx context.Context, c console) error {
	told := -1
	report, err := backend.Backup(ctx, b.Data, b.To, func(done, total int) {
		if tenth := done * 10 / max(total, 1); tenth > told {
			told = tenth
			c.complain(fmt.Sprintf("Copied %d %% of %d pages.", tenth*10, total))
		}
	})
	if err != nil {
		return err
	}
	c.tell(fmt.Sprintf("The copy is %s. Its ledger holds: %d entries, head %s.", b.To, report.Entries, report.Head))
	if beside := backend.Beside(b.Data); len(beside) > 0 {
		c.tell("Not in it, keep copies of these too: " + strings.Join(beside, ", ") + ".")
	}
	return nil
}
