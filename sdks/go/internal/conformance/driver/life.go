package main

import (
	"context"
	"sync/atomic"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
	"github.com/miko-control-plane/miko/sdks/go/internal/conformance/vectors"
)

// wallClock is the wall clock as the SDK sees it; it jumps when told to.
type wallClock struct{ offset atomic.Int64 }

func (w *wallClock) now() time.Time { return time.Now().Add(time.Duration(w.offset.Load())) }

func (d *driver) hello(args) (any, error) {
	return map[string]any{"sdk": "go", "version": miko.Version, "vias": []string{"http"}}, nil
}

func (d *driver) connect(a args) (any, error) {
	url, err := a.text("url")
	if err != nil {
		return nil, err
	}
	given, _ := a["options"].(map[string]any)
	opts, err := optionsOf(given)
	if err != nil {
		return nil, err
	}
	opts = append(opts, miko.WithToken(a.textOr("token", "")), miko.WithListener(d.tell), miko.WithWallClock(d.wall.now))
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.client != nil {
		return nil, invalid("connect", "after close")
	}
	d.client, err = miko.Connect(context.Background(), url, opts...)
	return nil, err
}

func (d *driver) close(args) (any, error) {
	d.mu.Lock()
	client := d.client
	d.mu.Unlock()
	if client != nil {
		if err := client.Close(context.Background()); err != nil {
			return nil, err
		}
	}
	d.mu.Lock()
	ends := d.atEnd
	d.client, d.atEnd = nil, nil
	d.mu.Unlock()
	for _, end := range ends {
		end()
	}
	return nil, nil
}

func (d *driver) ready(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(a.intOr("timeout_ms", 30_000))*time.Millisecond)
	defer cancel()
	return nil, client.Ready(ctx)
}

func (d *driver) status(args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	s := client.Status()
	words := map[string]any{"connected": s.Connected, "stale": !s.StaleSince.IsZero(), "revision": nil, "session": nil, "registered": s.Registered}
	if s.Revision != 0 {
		words["revision"] = s.Revision
	}
	if s.Session != "" {
		words["session"] = s.Session
	}
	return words, nil
}

func (d *driver) fixedReport(args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	services := []map[string]any{}
	for _, use := range client.FixedReport() {
		words := map[string]any{
			"service": use.Service, "urls": use.URLs, "calls_by_miko": use.CallsByMiko, "calls_by_fixed": use.CallsByFixed, "last_fixed_at": nil,
		}
		if !use.LastFixedAt.IsZero() {
			words["last_fixed_at"] = use.LastFixedAt.UTC().Format(time.RFC3339Nano)
		}
		services = append(services, words)
	}
	return map[string]any{"services": services}, nil
}

func (d *driver) wallClock(a args) (any, error) {
	d.wall.offset.Store(int64(a.intOr("offset_ms", 0)) * int64(time.Millisecond))
	return nil, nil
}

func (d *driver) vector(a args) (any, error) {
	name, err := a.text("name")
	if err != nil {
		return nil, err
	}
	return vectors.Run(name, a["input"])
}

// tell writes an event of the SDK.
func (d *driver) tell(e miko.Event) {
	words := map[string]any{"event": string(e.Kind)}
	for name, value := range map[string]string{"service": e.Service, "instance": e.Instance, "reason": e.Reason, "session": e.Session, "during": e.During} {
		if value != "" {
			words[name] = value
		}
	}
	if e.Attempt != 0 {
		words["attempt"] = e.Attempt
	}
	if e.For != 0 {
		words["for_ms"] = e.For.Milliseconds()
	}
	if e.Limit != 0 {
		words["limit"] = e.Limit
	}
	if e.Kind == miko.EventStale {
		words["since"] = nil
		if !e.Since.IsZero() {
			words["since"] = e.Since.UTC().Format(time.RFC3339Nano)
		}
	}
	if e.Err != nil {
		words["error"] = wordsOf(e.Err)
	}
	if e.Answer != nil {
		for name, value := range answerWords(e.Answer) {
			words[name] = value
		}
	}
	d.say(words)
}
