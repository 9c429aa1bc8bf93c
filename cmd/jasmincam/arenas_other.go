//go:build !linux || !cgo

package main

// fewArenas is for the C library of Linux; others hold memory together by themselves.
func fewArenas() {}
