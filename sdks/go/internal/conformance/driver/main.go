// Command driver does what the conformance suite tells it through the Go SDK:
// one JSON line on stdin for each operation, one on stdout for each answer and
// each event. Operations run side by side.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

func main() {
	d := &driver{out: bufio.NewWriter(os.Stdout), watches: map[int]func(){}, registrations: map[int]*registration{}}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var request map[string]any
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			fmt.Fprintln(os.Stderr, "a line that is not JSON:", err)
			os.Exit(2)
		}
		if request["op"] == "exit" {
			d.say(map[string]any{"id": request["id"], "ok": map[string]any{}})
			return
		}
		go d.serve(request)
	}
}

// driver holds the one client, and what belongs to it.
type driver struct {
	saying sync.Mutex
	out    *bufio.Writer

	mu            sync.Mutex
	client        *miko.Client
	atEnd         []func()
	count         int
	watches       map[int]func()
	registrations map[int]*registration
	picked        []*miko.Picked
	load          *load
	wall          wallClock
}

type args map[string]any

type op func(*driver, args) (any, error)

var ops = map[string]op{
	"hello": (*driver).hello, "connect": (*driver).connect, "ready": (*driver).ready, "close": (*driver).close,
	"status": (*driver).status, "fixed_report": (*driver).fixedReport, "wall_clock": (*driver).wallClock,
	"endpoints": (*driver).endpoints, "watch": (*driver).watch, "unwatch": (*driver).unwatch,
	"register": (*driver).register, "open_gate": (*driver).openGate, "registered": (*driver).registered,
	"deregister": (*driver).deregister, "pick": (*driver).pick, "release_all": (*driver).releaseAll,
	"call": (*driver).call, "calls": (*driver).calls, "load_start": (*driver).loadStart, "load_stop": (*driver).loadStop,
	"api": (*driver).api, "vector": (*driver).vector,
}

func (d *driver) serve(request map[string]any) {
	name, _ := request["op"].(string)
	do := ops[name]
	if do == nil {
		d.say(map[string]any{"id": request["id"], "error": wordsOf(invalid("op", "one that there is"))})
		return
	}
	ok, err := do(d, request)
	if err != nil {
		d.say(map[string]any{"id": request["id"], "error": wordsOf(err)})
		return
	}
	if ok == nil {
		ok = map[string]any{}
	}
	d.say(map[string]any{"id": request["id"], "ok": ok})
}

// say writes one line.
func (d *driver) say(line map[string]any) {
	text, err := json.Marshal(line)
	if err != nil {
		text, _ = json.Marshal(map[string]any{"id": line["id"], "error": wordsOf(err)})
	}
	d.saying.Lock()
	defer d.saying.Unlock()
	d.out.Write(text)
	d.out.WriteByte('\n')
	d.out.Flush()
}

func (d *driver) held() (*miko.Client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.client == nil {
		return nil, invalid("op", "after connect")
	}
	return d.client, nil
}

func invalid(name, wanted string) error {
	return &miko.Error{Code: miko.CodeInvalidArgument, Message: name + " must be " + wanted}
}

// wordsOf is an error as it goes over the line.
func wordsOf(err error) map[string]any {
	var own *miko.Error
	if !errors.As(err, &own) {
		return map[string]any{"code": "error", "message": err.Error()}
	}
	words := map[string]any{"code": own.Code, "message": own.Message}
	if own.Status != 0 {
		words["status"] = own.Status
	}
	if own.RequestID != "" {
		words["request_id"] = own.RequestID
	}
	if own.Fields != nil {
		words["fields"] = own.Fields
	}
	if own.RetryAfter != 0 {
		words["retry_after_ms"] = own.RetryAfter.Milliseconds()
	}
	if own.Cause != nil {
		words["cause"] = wordsOf(own.Cause)
	}
	return words
}

func (a args) text(name string) (string, error) {
	text, ok := a[name].(string)
	if !ok {
		return "", invalid(name, "text")
	}
	return text, nil
}

func (a args) textOr(name, otherwise string) string {
	if text, ok := a[name].(string); ok {
		return text
	}
	return otherwise
}

func (a args) intOr(name string, otherwise int) int {
	if number, ok := a[name].(float64); ok {
		return int(number)
	}
	return otherwise
}
