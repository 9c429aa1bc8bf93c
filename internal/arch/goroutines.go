package arch

import (
	"fmt"
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Goroutines checks the table of docs/ARCHITECTURE.md that tells the owner and
// the end of every goroutine: each function that starts one has a row, named
// like `session.Broadcast.Run`, and each row names such a function. Its other tables
// have one row for a package.
func (m *Module) Goroutines() []Finding {
	const paper = "docs/ARCHITECTURE.md"
	text, err := os.ReadFile(filepath.Join(m.Dir, paper))
	if err != nil {
		return []Finding{{paper, "is not there"}}
	}
	found := repeatedRooms(paper, string(text))
	rows := goroutineRows(string(text))
	starts := map[string]string{}
	for _, f := range m.Files {
		if f.Test || support(f.Dir) {
			continue
		}
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && startsGoroutine(fn.Body) {
				starts[f.function(fn)] = f.at(fn)
			}
		}
	}
	for name, at := range starts {
		if !rows[name] {
			found = append(found, Finding{at, fmt.Sprintf("%s starts a goroutine that the table in %s does not name", name, paper)})
		}
	}
	for name := range rows {
		if _, ok := starts[name]; !ok {
			found = append(found, Finding{paper, name + " starts no goroutine; take its row away"})
		}
	}
	return found
}

// repeatedRooms finds packages that begin more than one row.
func repeatedRooms(paper, text string) (found []Finding) {
	rows := map[string]int{}
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, "| `internal/"); ok {
			name, _, _ = strings.Cut(name, "`")
			if rows[name]++; rows[name] == 2 {
				found = append(found, Finding{paper, "has more than one row for internal/" + name + "; make it one"})
			}
		}
	}
	return found
}

var codeWord = regexp.MustCompile("`([^`]+)`")

// goroutineRows are the names in the first column below the heading "Goroutines".
func goroutineRows(text string) map[string]bool {
	rows := map[string]bool{}
	_, after, _ := strings.Cut(text, "\n## Goroutines")
	section, _, _ := strings.Cut(after, "\n## ")
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		for _, word := range codeWord.FindAllStringSubmatch(cells[1], -1) {
			rows[word[1]] = true
		}
	}
	return rows
}

// startsGoroutine looks for go statements and for Go methods (errgroup, WaitGroup).
func startsGoroutine(body ast.Node) bool {
	yes := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			yes = true
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			yes = yes || ok && sel.Sel.Name == "Go" && len(n.Args) == 1
		}
		return !yes
	})
	return yes
}

// function names a function the way a person says it: media.Engine.Run.
func (f File) function(fn *ast.FuncDecl) string {
	pkg := f.Package
	if pkg == "main" {
		pkg = path.Base(f.Dir)
	}
	if fn.Recv == nil {
		return pkg + "." + fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if generic, ok := t.(*ast.IndexExpr); ok {
		t = generic.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return pkg + "." + id.Name + "." + fn.Name.Name
	}
	return pkg + "." + fn.Name.Name
}
