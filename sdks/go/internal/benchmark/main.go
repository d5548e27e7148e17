// Command benchmark is the client program of the Go SDK for `npm run bench --
// sdks`: it measures what it is told to, one JSON line each, one request at a
// time. The requests are described in bench/src/sdks/program/protocol.ts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

// request holds the fields of all requests.
type request struct {
	Op          string   `json:"op"`
	Side        string   `json:"side"`
	Addresses   []string `json:"addresses"`
	URL         string   `json:"url"`
	Token       string   `json:"token"`
	Service     string   `json:"service"`
	Bytes       int      `json:"bytes"`
	Concurrency int      `json:"concurrency"`
	Ms          int      `json:"ms"`
	PauseMs     int      `json:"pause_ms"`
	Count       int      `json:"count"`
	Instance    string   `json:"instance"`
	AfterMs     float64  `json:"after_ms"`
}

// program is what connect left behind.
type program struct {
	service string
	call    func() error
	// client is nil on the bare side.
	client   *miko.Client
	attempts *attempts
}

func main() {
	p := program{attempts: newAttempts()}
	lines := bufio.NewScanner(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		ok, err := p.do(&asked)
		answer := map[string]any{"ok": ok}
		if err != nil {
			answer = map[string]any{"error": err.Error()}
		}
		if answers.Encode(answer) != nil {
			break
		}
	}
	if p.client != nil {
		p.client.Close(context.Background())
	}
}

func (p *program) do(asked *request) (any, error) {
	if asked.Op == "connect" {
		return p.connect(asked)
	}
	if p.call == nil {
		return nil, errors.New("connect comes first")
	}
	length := time.Duration(asked.Ms) * time.Millisecond
	if asked.Op == "run" {
		return run(p.call, asked.Concurrency, length), nil
	}
	if p.client == nil {
		return nil, fmt.Errorf("%s: the bare side has no such thing", asked.Op)
	}
	switch asked.Op {
	case "flow":
		result := flow(p.call, asked.Concurrency, length)
		result.Revision = p.client.Status().Revision
		return result, nil
	case "picks":
		ns, err := nsPerPick(p.client, p.service, asked.Count)
		return map[string]float64{"ns_per_pick": ns}, err
	case "load":
		p.attempts = newAttempts()
		defer p.client.On(p.attempts.take)()
		return load(p.call, asked.Concurrency, length, time.Duration(asked.PauseMs)*time.Millisecond), nil
	case "attempts":
		return p.attempts.since(asked.Instance, asked.AfterMs), nil
	}
	return nil, fmt.Errorf("no op %q", asked.Op)
}

func (p *program) connect(asked *request) (any, error) {
	p.service = asked.Service
	told := map[string]string{"runtime": runtime.Version()}
	if asked.Side == "bare" {
		p.call = bareCall(asked.Addresses, asked.Bytes)
		return told, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	client, err := miko.Connect(ctx, asked.URL, miko.WithToken(asked.Token), miko.WithoutCache(), miko.WithRequired(asked.Service))
	if err != nil {
		return nil, err
	}
	p.client = client
	p.call = mikoCall(client, asked.Service, asked.Bytes)
	return told, client.Ready(ctx)
}
