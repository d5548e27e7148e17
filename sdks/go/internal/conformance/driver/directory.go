package main

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

func (d *driver) endpoints(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	answer, err := client.Endpoints(context.Background(), a.textOr("service", ""))
	if err != nil {
		return nil, err
	}
	return answerWords(answer), nil
}

func answerWords(a *miko.Answer) map[string]any {
	words := map[string]any{
		"state": a.State, "cause": nil, "source": nil, "error": nil,
		"instances": instances(a.Endpoints), "unusable": instances(a.Unusable),
	}
	if a.Cause != "" {
		words["cause"] = a.Cause
	}
	if a.Source != "" {
		words["source"] = a.Source
	}
	if a.Err != nil {
		words["error"] = wordsOf(a.Err)
	}
	return words
}

func instances(endpoints []*miko.Endpoint) []string {
	names := make([]string, len(endpoints))
	for i, endpoint := range endpoints {
		names[i] = endpoint.Instance
	}
	slices.Sort(names)
	return names
}

func (d *driver) watch(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	service, err := a.text("service")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	d.mu.Lock()
	d.count++
	watch := d.count
	d.watches[watch] = stop
	d.atEnd = append(d.atEnd, stop)
	d.mu.Unlock()
	go func() {
		for answer := range client.Watch(ctx, service) {
			words := answerWords(answer)
			words["event"], words["watch"], words["service"] = "answer", watch, service
			d.say(words)
		}
	}()
	return map[string]any{"watch": watch}, nil
}

func (d *driver) unwatch(a args) (any, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if stop := d.watches[a.intOr("watch", 0)]; stop != nil {
		stop()
	}
	return nil, nil
}

type registration struct {
	registered *miko.Registered
	open       atomic.Bool
}

func (d *driver) register(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	held := &registration{}
	spec := miko.Registration{
		Service: a.textOr("service", ""), Instance: a.textOr("instance", ""), Host: a.textOr("host", ""), Port: a.intOr("port", 0),
		Protocol: a.textOr("protocol", ""), Zone: a.textOr("zone", ""), Weight: a.intOr("weight", 100),
		Standby: a.intOr("weight", 100) == 0, Labels: map[string]string{},
	}
	if a["readiness"] == "gate" {
		spec.Readiness = func(context.Context) bool { return held.open.Load() }
	}
	if tags, ok := a["tags"].([]any); ok {
		for _, tag := range tags {
			spec.Tags = append(spec.Tags, tag.(string))
		}
	}
	if labels, ok := a["labels"].(map[string]any); ok {
		for name, value := range labels {
			spec.Labels[name], _ = value.(string)
		}
	}
	if check, ok := a["check"].(map[string]any); ok {
		spec.Check = checkOf(check)
	}
	held.registered, err = client.Register(context.Background(), spec)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count++
	d.registrations[d.count] = held
	return map[string]any{"registration": d.count}, nil
}

func checkOf(given args) *miko.Check {
	ms := func(name string) time.Duration { return time.Duration(given.intOr(name, 0)) * time.Millisecond }
	return &miko.Check{
		Type: given.textOr("type", ""), Path: given.textOr("path", ""), ExpectStatus: given.intOr("expect_status", 0),
		Service: given.textOr("service", ""), Interval: ms("interval_ms"), Timeout: ms("timeout_ms"),
		Rise: given.intOr("rise", 0), Fall: given.intOr("fall", 0), TTL: ms("ttl_ms"),
	}
}

func (d *driver) heldRegistration(a args) (*registration, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	held := d.registrations[a.intOr("registration", 0)]
	if held == nil {
		return nil, invalid("registration", "one that there is")
	}
	return held, nil
}

func (d *driver) openGate(a args) (any, error) {
	held, err := d.heldRegistration(a)
	if err == nil {
		held.open.Store(true)
	}
	return nil, err
}

func (d *driver) registered(a args) (any, error) {
	held, err := d.heldRegistration(a)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(a.intOr("timeout_ms", 30_000))*time.Millisecond)
	defer cancel()
	endpoint, err := held.registered.Ready(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": endpoint.ID}, nil
}

func (d *driver) deregister(a args) (any, error) {
	held, err := d.heldRegistration(a)
	if err != nil {
		return nil, err
	}
	return nil, held.registered.Close(context.Background())
}
