package peer

import (
	"net"

	"golang.org/x/sys/unix"
)

// enlarge sets the receive buffer, beyond the system's limit where the process
// may.
func enlarge(conn *net.UDPConn) {
	_ = conn.SetReadBuffer(roomyBytes) // best effort, as the rest
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, roomyBytes) })
}
