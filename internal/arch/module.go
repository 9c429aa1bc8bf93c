package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Finding is one breach of a rule.
type Finding struct {
	Where string // file:line or package, relative to the module
	Says  string // what is wrong and what to do instead
}

// String prints as one line.
func (f Finding) String() string { return f.Where + ": " + f.Says }

// Module is a project as its rules see it.
type Module struct {
	Dir      string
	Path     string // import path
	Packages []Package
	Files    []File
}

// Package is one package without its tests.
type Package struct {
	Path    string // relative to the module, "internal/domain"
	Name    string
	Imports []string // whole import paths
}

// File is one Go file, whatever system it is for.
type File struct {
	Name    string // relative to the module
	Dir     string // of Name: the package's Path
	Package string // the name in its package clause
	Test    bool
	Lines   int
	Code    int // lines that are neither blank nor a comment
	Fset    *token.FileSet
	AST     *ast.File
}

// Load reads the module in dir: every file, whatever system or tag it is for,
// so that no build hides a breach. Nested modules and testdata are not part of it.
func Load(dir string) (*Module, error) {
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, fmt.Errorf("this is no module: %w", err)
	}
	m := &Module{Dir: dir, Path: modfilePath(string(mod))}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != dir && foreign(path):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		return m.parse(path)
	})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", dir, err)
	}
	if err := m.gather(); err != nil {
		return nil, err
	}
	return m, nil
}

// modfilePath is the path in the module line of a go.mod.
func modfilePath(text string) string {
	for line := range strings.Lines(text) {
		if path, ok := strings.CutPrefix(line, "module "); ok {
			return strings.TrimSpace(path)
		}
	}
	return ""
}

// foreign folders are not the module's own source.
func foreign(dir string) bool {
	base := filepath.Base(dir)
	if base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return true
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// gather makes the packages of the files that are not tests.
func (m *Module) gather() error {
	at := map[string]int{}
	for _, f := range m.Files {
		if f.Test {
			continue
		}
		i, ok := at[f.Dir]
		if !ok {
			i = len(m.Packages)
			at[f.Dir] = i
			m.Packages = append(m.Packages, Package{Path: f.Dir, Name: f.Package})
		}
		p := &m.Packages[i]
		for _, spec := range f.AST.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("%s imports %s: %w", f.Name, spec.Path.Value, err)
			}
			if !slices.Contains(p.Imports, path) {
				p.Imports = append(p.Imports, path)
			}
		}
	}
	return nil
}

// relative is an import path within the module, or "" outside.
func (m *Module) relative(path string) string {
	if path == m.Path {
		return "."
	}
	rest, ok := strings.CutPrefix(path, m.Path+"/")
	if !ok {
		return ""
	}
	return rest
}

func (m *Module) parse(path string) error {
	fset := token.NewFileSet()
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	tree, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(m.Dir, path)
	if err != nil {
		return err
	}
	name = filepath.ToSlash(name)
	m.Files = append(m.Files, File{
		Name: name, Dir: filepath.ToSlash(filepath.Dir(name)), Package: tree.Name.Name,
		Test:  strings.HasSuffix(name, "_test.go"),
		Lines: bytes.Count(text, []byte("\n")), Code: code(string(text)), Fset: fset, AST: tree,
	})
	return nil
}

func code(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}

// at is the place of a node.
func (f File) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", f.Name, f.Fset.Position(n.Pos()).Line)
}

// support tells whether a folder holds what only tests use.
func support(dir string) bool {
	return within(dir, "internal/testkit") || within(dir, "internal/arch") || bench(dir) || within(dir, "test") ||
		strings.HasSuffix(dir, "test")
}

// bench tells whether a folder holds benchmarks.
func bench(dir string) bool { return within(dir, "internal/bench") || strings.HasSuffix(dir, "bench") }

// within tells whether path is tree or below it.
func within(path, tree string) bool {
	return path == tree || strings.HasPrefix(path, tree+"/")
}
