package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Limits on size, in lines.
const (
	maxFile     = 500
	maxFunction = 80
	maxPackage  = 2000 // of code: without tests, blank lines and comments
)

// Size checks files, functions and packages.
func (m *Module) Size() []Finding {
	var found []Finding
	lines := map[string]int{}
	for _, f := range m.Files {
		if f.Lines > maxFile {
			found = append(found, Finding{f.Name, fmt.Sprintf("has %d lines; split it, %d are the most", f.Lines, maxFile)})
		}
		if !f.Test {
			lines[f.Dir] += f.Code
		}
		for _, d := range f.AST.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := f.Fset.Position(fn.End()).Line - f.Fset.Position(fn.Pos()).Line + 1
			if n > maxFunction {
				found = append(found, Finding{f.at(fn), fmt.Sprintf("%s has %d lines; split it, %d are the most", fn.Name.Name, n, maxFunction)})
			}
		}
	}
	for dir, n := range lines {
		if n > maxPackage {
			found = append(found, Finding{dir, fmt.Sprintf("has %d lines of code; make two rooms of it, %d are the most", n, maxPackage)})
		}
	}
	return found
}

// Calls checks for calls that have no place: sleeping and silent skips in
// tests, environment look-ups outside the edge.
func (m *Module) Calls() []Finding {
	var found []Finding
	for _, f := range m.Files {
		for _, d := range f.AST.Decls {
			bubble := inBubble(d)
			ast.Inspect(d, func(n ast.Node) bool {
				if discards(n) {
					return false
				}
				if on, name, ok := method(n); ok && !(bubble && name == "Sleep") {
					if says := f.misplaced(on, name); says != "" {
						found = append(found, Finding{f.at(n), says})
					}
				}
				return true
			})
		}
	}
	return found
}

// discards tells whether a node is a function in which Skip passes over one
// input and not over a test: a fuzz target's, or one of rapid's.
func discards(n ast.Node) bool {
	if call, ok := n.(*ast.CallExpr); ok {
		_, name, _ := method(call)
		return name == "Fuzz"
	}
	lit, ok := n.(*ast.FuncLit)
	if !ok || len(lit.Type.Params.List) == 0 {
		return false
	}
	star, ok := lit.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && id.Name == "rapid"
}

// method tells on what a node calls which method or function.
func method(n ast.Node) (on, name string, ok bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", "", false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", "", false
	}
	if id, ok := sel.X.(*ast.Ident); ok {
		on = id.Name
	}
	return on, sel.Sel.Name, true
}

// inBubble tells whether a function uses testing/synctest, where sleeping
// takes no time and is the way to move the clock.
func inBubble(d ast.Decl) bool {
	yes := false
	ast.Inspect(d, func(n ast.Node) bool {
		on, _, _ := method(n)
		yes = yes || on == "synctest"
		return !yes
	})
	return yes
}

func (f File) misplaced(on, name string) string {
	kit := within(f.Dir, "internal/testkit")
	switch {
	case on == "time" && name == "Sleep" && (f.Test || support(f.Dir)) && !bench(f.Dir): // a benchmark measures over a time
		return "a test does not sleep; wait for what it waits for, with testkit.Until, a channel or testing/synctest"
	case slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, name) && slices.Contains([]string{"t", "b", "f", "tb"}, on) && !kit:
		return "a test is not skipped in silence; say why with testkit.CannotRun"
	case on == "testing" && name == "Short":
		return "there is one way to run the tests, and it runs them all"
	case on == "os" && slices.Contains([]string{"Getenv", "LookupEnv"}, name) && !kit && !within(f.Dir, "cmd") && !bench(f.Dir):
		return "configuration is read at the edge, in cmd; take a value instead"
	}
	return ""
}

// left is what is not left in what is handed in.
var left = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)

// Words checks comments for things left to do, and names for words that say
// nothing.
func (m *Module) Words() []Finding {
	var found []Finding
	for _, f := range m.Files {
		for _, group := range f.AST.Comments {
			for _, c := range group.List {
				if word := left.FindString(c.Text); word != "" && !within(f.Dir, "internal/arch") {
					found = append(found, Finding{f.at(c), word + " is left; do it, or write an issue"})
				}
			}
		}
		if slices.Contains(emptyWords(), capital(f.Package)) || slices.Contains(emptyWords(), strings.TrimSuffix(capital(f.Package), "s")) {
			found = append(found, Finding{f.Name, "package " + f.Package + " bears a name that says nothing"})
		}
		for _, d := range f.AST.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			for _, s := range gen.Specs {
				name := s.(*ast.TypeSpec).Name.Name
				if slices.ContainsFunc(emptyWords(), func(w string) bool { return strings.HasSuffix(capital(name), w) }) {
					found = append(found, Finding{f.at(s), "type " + name + " bears a name that says nothing; name it by what it is"})
				}
			}
		}
	}
	return found
}

func emptyWords() []string {
	return []string{"Manager", "Handler", "Helper", "Util", "Common", "Info", "Data"}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// Papers checks that each package says in doc.go what it is.
func (m *Module) Papers() []Finding {
	has := map[string]bool{}
	for _, f := range m.Files {
		if path.Base(f.Name) == "doc.go" && f.AST.Doc != nil {
			has[f.Dir] = true
		}
	}
	var found []Finding
	for _, p := range m.Packages {
		if p.Name != "main" && p.Name != "" && !has[p.Path] {
			found = append(found, Finding{p.Path, "has no doc.go that says what it is, what goes in and out, and its goroutines"})
		}
	}
	return found
}

// Notices checks that NOTICE names every module that go.mod requires.
func (m *Module) Notices() []Finding {
	mod, err := os.ReadFile(filepath.Join(m.Dir, "go.mod"))
	if err != nil {
		return []Finding{{"go.mod", err.Error()}}
	}
	notice, err := os.ReadFile(filepath.Join(m.Dir, "NOTICE"))
	if err != nil {
		return []Finding{{"NOTICE", "is not there"}}
	}
	named := map[string]bool{}
	for word := range strings.FieldsSeq(string(notice)) {
		named[word] = true
	}
	var found []Finding
	for _, path := range requirement.FindAllStringSubmatch(string(mod), -1) {
		if !named[path[1]] {
			found = append(found, Finding{"NOTICE", "does not name " + path[1] + " and its licence"})
		}
	}
	return found
}

var requirement = regexp.MustCompile(`(?m)^(?:require )?\s*(\S+\.\S+/\S+) v\d`)
