package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/device"
)

type devicesCmd struct {
	JSON bool `name:"json" help:"Print {\"devices\":[…]} with formats."`
}

// Run lists cameras and microphones without opening any. What one half of the
// system cannot tell does not hide the other half.
func (d devicesCmd) Run(ctx context.Context, w world) error {
	devices, err := device.List(ctx)
	if d.JSON {
		if devices == nil {
			devices = []capture.Device{}
		}
		out := json.NewEncoder(w.out)
		out.SetIndent("", "  ")
		if e := out.Encode(map[string][]capture.Device{"devices": devices}); e != nil {
			return e
		}
		return err
	}
	if len(devices) == 0 && err == nil {
		_, err = fmt.Fprintln(w.out, "There is no camera or microphone. Plug one in, or use --video pattern and --audio tone.")
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	for _, v := range devices {
		note := ""
		if v.Busy {
			note = "in use"
		}
		if v.Default {
			note = "default"
		}
		fmt.Fprintf(table, "%s\t%s\tdevice:%s\t%s\n", v.Kind, v.Name, v.ID, note)
		for _, f := range v.Formats {
			fmt.Fprintf(table, "\t%s\t\t\n", f)
		}
	}
	if e := table.Flush(); e != nil {
		return e
	}
	return err
}
