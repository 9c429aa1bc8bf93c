// Package session reaches the client through encode.
package session

import _ "github.com/jasmincam/jasmincam/internal/encode"

type Outlet struct{}

func (o *Outlet) Run() { go func() {}() }

func (o Outlet) Known() { go func() {}() }
