package main

import _ "github.com/jasmincam/jasmincam/internal/session"

var version = "dev"

func main() {}
