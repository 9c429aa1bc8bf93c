package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
)

// allowedVariables are package variables that are not what they look like,
// each with its reason.
func allowedVariables() map[string]string {
	return map[string]string{
		"cmd/jasmincam.version":        "set once by the linker",
		"cmd/jasmincam-server.version": "set once by the linker",
	}
}

// State checks that packages keep none: a variable at package level is an
// error, a compiled pattern, an embedded file or an assertion, or it is listed
// with its reason.
func (m *Module) State() []Finding {
	var found []Finding
	for _, f := range m.Files {
		if f.Test {
			continue
		}
		for _, d := range f.AST.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, s := range gen.Specs {
				found = append(found, f.variables(gen, s.(*ast.ValueSpec))...)
			}
		}
	}
	return found
}

func (f File) variables(gen *ast.GenDecl, spec *ast.ValueSpec) []Finding {
	if embedded(gen.Doc) || embedded(spec.Doc) {
		return nil
	}
	var found []Finding
	for i, name := range spec.Names {
		if name.Name == "_" || i < len(spec.Values) && constant(spec.Values[i]) {
			continue
		}
		if _, ok := allowedVariables()[f.Dir+"."+name.Name]; !ok {
			found = append(found, Finding{f.at(name), fmt.Sprintf("the package variable %s is state that everybody shares; make it a constant, a function or a field", name.Name)})
		}
	}
	return found
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return len(c.Text) > 10 && c.Text[:10] == "//go:embed"
	})
}

// constant values are made by calls whose result nobody changes.
func constant(value ast.Expr) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && slices.Contains([]string{"errors.New", "fmt.Errorf", "regexp.MustCompile"}, id.Name+"."+sel.Sel.Name)
}
