// Package testkit is what tests share: ways to say that a part cannot run on
// this machine, to wait without sleeping, to start the real programs, to break
// connections, and to have a sound server and a keyring of their own.
//
// In: a testing.TB, which every fixture reports to and is closed by. Out: real
// processes and sockets on loopback. Goroutines: a Process has one that waits
// for the program; a Proxy has one that accepts and two for each connection;
// each ends before the test does.
package testkit
