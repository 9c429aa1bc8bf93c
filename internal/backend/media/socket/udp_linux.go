package socket

import (
	"encoding/binary"
	"net"
	"unsafe"

	"golang.org/x/sys/unix"
)

// oobSize is the room for one control message with a segment size.
const oobSize = 24

// enlarge sets both socket buffers to size bytes, beyond the system's limit
// where the process may (CAP_NET_ADMIN), else up to it.
func enlarge(conn *net.UDPConn, size int) {
	_ = conn.SetReadBuffer(size) // best effort: smaller buffers work, with less slack
	_ = conn.SetWriteBuffer(size)
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size)
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_SNDBUFFORCE, size)
	})
}

// segmentation tells whether the kernel splits messages (Linux 4.18).
func segmentation(conn *net.UDPConn) bool {
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	ok := false
	err = raw.Control(func(fd uintptr) {
		_, e := unix.GetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT)
		ok = e == nil
	})
	return err == nil && ok
}

// segmentSize appends the control message that has the kernel split a message.
func segmentSize(oob []byte, size int) []byte {
	oob = oob[:unix.CmsgSpace(2)]
	clear(oob)
	h := (*unix.Cmsghdr)(unsafe.Pointer(&oob[0]))
	h.Level = unix.SOL_UDP
	h.Type = unix.UDP_SEGMENT
	h.SetLen(unix.CmsgLen(2))
	binary.NativeEndian.PutUint16(oob[unix.CmsgLen(0):], uint16(size))
	return oob
}
