package device

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// node is a camera as the kernel shows it, without opening it.
type node struct {
	capture.Device
	path   string // of the device node
	number int
}

// Cameras returns the cameras that are connected, without opening any.
func Cameras(context.Context) ([]capture.Device, error) {
	s := system{root: "/"}
	nodes := s.cameras()
	s.describe(nodes)
	return devices(nodes), nil
}

func devices(nodes []node) []capture.Device {
	list := make([]capture.Device, len(nodes))
	for i, n := range nodes {
		list[i] = n.Device
	}
	return list
}

// nodeOf returns the device node that the camera with the id has now, and its
// lasting id: that is another one when id is the path of a node, which the next
// camera may have after this one was unplugged. A node that the kernel does not
// list has none and keeps its path. It costs little, for it is asked twice a
// second while a camera is lost.
func (s system) nodeOf(id string) (path, lasting string, err error) {
	nodes := s.cameras()
	if strings.HasPrefix(id, "/dev/") {
		path = s.path(id)
		to, err := filepath.EvalSymlinks(path)
		for _, n := range nodes {
			if err == nil && n.path == to {
				return path, n.ID, nil
			}
		}
		return path, id, nil
	}
	for _, n := range nodes {
		if n.ID == id {
			return n.path, id, nil
		}
	}
	return "", "", unknown("device.OpenCamera", "camera", id, devices(nodes))
}

// system is where /sys, /dev, /run and /proc lie; tests have their own.
type system struct{ root string }

func (s system) path(parts ...string) string {
	return filepath.Join(append([]string{s.root}, parts...)...)
}

// text returns the first line of a small file, or "".
func (s system) text(parts ...string) string {
	b, err := os.ReadFile(s.path(parts...))
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(line)
}

// cameras returns the nodes that deliver pictures, without Busy and Formats.
func (s system) cameras() []node {
	entries, err := os.ReadDir(s.path("sys/class/video4linux"))
	if err != nil {
		return nil // a kernel without cameras
	}
	var all []node
	for _, e := range entries {
		number, err := strconv.Atoi(strings.TrimPrefix(e.Name(), "video"))
		if err != nil || !s.captures(e.Name()) {
			continue
		}
		n := node{path: s.path("dev", e.Name()), number: number}
		n.Kind, n.Name = capture.KindCamera, plain(s.text("sys/class/video4linux", e.Name(), "name"))
		n.ID = s.id(e.Name(), n.Name)
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b node) int { return a.number - b.number })
	return all
}

// describe adds who is busy and what can be told of the formats.
func (s system) describe(nodes []node) {
	open := s.openNodes()
	for i := range nodes {
		video := filepath.Base(nodes[i].path)
		nodes[i].Busy = open["/dev/"+video]
		nodes[i].Formats = s.usbFormats(video)
	}
}

// id names a camera by its place on the bus, its index there and its name.
func (s system) id(video, name string) string {
	place := "unknown"
	if p, err := filepath.EvalSymlinks(s.path("sys/class/video4linux", video, "device")); err == nil {
		if rel, err := filepath.Rel(s.path("sys/devices"), p); err == nil {
			place = rel
		}
	}
	id := fmt.Sprintf("v4l2:%s:%s:%s", place, s.text("sys/class/video4linux", video, "index"), name)
	return strings.ReplaceAll(id, " ", "_")
}

// captures tells whether the node delivers pictures. udev knows for certain;
// without it all that can be told is that the second node of a USB camera
// carries its metadata.
func (s system) captures(video string) bool {
	if b, err := os.ReadFile(s.path("run/udev/data/c" + s.text("sys/class/video4linux", video, "dev"))); err == nil {
		for line := range strings.Lines(string(b)) {
			if caps, ok := strings.CutPrefix(line, "E:ID_V4L_CAPABILITIES="); ok {
				return strings.Contains(caps, ":capture:")
			}
		}
	}
	driver, _ := os.Readlink(s.path("sys/class/video4linux", video, "device/driver"))
	index := s.text("sys/class/video4linux", video, "index")
	return filepath.Base(driver) != "uvcvideo" || index == "0"
}

// openNodes returns the video nodes that some process holds open, as far as
// this user may look.
func (s system) openNodes() map[string]bool {
	open := map[string]bool{}
	procs, err := fs.Glob(os.DirFS(s.path("proc")), "[0-9]*/fd")
	if err != nil {
		return open
	}
	for _, p := range procs {
		fds, err := os.ReadDir(s.path("proc", p))
		if err != nil {
			continue // another user's
		}
		for _, fd := range fds {
			if to, err := os.Readlink(s.path("proc", p, fd.Name())); err == nil && strings.HasPrefix(to, "/dev/video") {
				open[to] = true
			}
		}
	}
	return open
}
