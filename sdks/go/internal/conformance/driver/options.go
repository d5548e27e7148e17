package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

// optionsOf reads the options of connect: names in snake_case, durations in
// whole ms, null for off. What does not exist, or is of the wrong type, is
// refused by its path; bounds are the SDK's.
func optionsOf(given map[string]any) ([]miko.Option, error) {
	r := &reader{}
	var opts []miko.Option
	add := func(opt miko.Option) { opts = append(opts, opt) }
	for name, value := range given {
		switch name {
		case "project":
			add(miko.WithProject(r.text(name, value)))
		case "cache_dir":
			if value == nil {
				add(miko.WithoutCache())
			} else {
				add(miko.WithCacheDir(r.text(name, value)))
			}
		case "owner":
			add(miko.WithOwner(r.text(name, value)))
		case "name":
			add(miko.WithName(r.text(name, value)))
		case "zone":
			add(miko.WithZone(r.text(name, value)))
		case "ttl_seconds":
			add(miko.WithTTL(r.ms(name, value) * 1000))
		case "drain_seconds":
			add(miko.WithDrain(r.ms(name, value) * 1000))
		case "first_answer_ms":
			add(miko.WithFirstAnswer(r.ms(name, value)))
		case "confirm_empty_ms":
			add(miko.WithConfirmEmpty(r.ms(name, value)))
		case "first_frame_ms":
			add(miko.WithFirstFrame(r.ms(name, value)))
		case "poll_ms":
			add(miko.WithPoll(r.ms(name, value)))
		case "required":
			add(miko.WithRequired(r.texts(name, value)...))
		case "optional":
			add(miko.WithOptional(r.texts(name, value)...))
		case "fixed":
			fixed := map[string][]string{}
			for service, urls := range r.object(name, value) {
				fixed[service] = r.texts(name+"."+service, urls)
			}
			add(miko.WithFixed(fixed))
		case "propagate":
			headers := r.object(name, value)
			add(miko.WithPropagate(func(_ context.Context, header http.Header) {
				for name, value := range headers {
					header.Set(name, fmt.Sprint(value))
				}
			}))
		case "policy":
			add(miko.WithPolicy(r.policy(name, value)))
		case "services":
			for service, policy := range r.object(name, value) {
				add(miko.WithServicePolicy(service, r.policy(name+"."+service, policy)))
			}
		default:
			r.refuse(name, "an option that there is")
		}
	}
	return opts, r.err
}

// reader keeps the first refusal.
type reader struct{ err error }

func (r *reader) refuse(path, wanted string) {
	if r.err == nil {
		r.err = invalid(path, wanted)
	}
}

func (r *reader) text(path string, value any) string {
	text, ok := value.(string)
	if !ok {
		r.refuse(path, "text")
	}
	return text
}

func (r *reader) texts(path string, value any) []string {
	items, ok := value.([]any)
	if !ok {
		r.refuse(path, "a list of texts")
	}
	texts := make([]string, 0, len(items))
	for i, item := range items {
		texts = append(texts, r.text(fmt.Sprintf("%s[%d]", path, i), item))
	}
	return texts
}

func (r *reader) object(path string, value any) map[string]any {
	object, ok := value.(map[string]any)
	if !ok {
		r.refuse(path, "an object")
	}
	return object
}

func (r *reader) number(path string, value any) float64 {
	number, ok := value.(float64)
	if !ok {
		r.refuse(path, "a number")
	}
	return number
}

func (r *reader) whole(path string, value any) int {
	number := r.number(path, value)
	if number != math.Trunc(number) || math.Abs(number) > 1e12 {
		r.refuse(path, "a whole number")
	}
	return int(number)
}

func (r *reader) ms(path string, value any) time.Duration {
	return time.Duration(r.whole(path, value)) * time.Millisecond
}

// msOrNull: null is 0, which is off. A 0 that is given is out of bounds there.
func (r *reader) msOrNull(path string, value any) time.Duration {
	if value == nil {
		return 0
	}
	d := r.ms(path, value)
	if d == 0 {
		r.refuse(path, "at least 1 ms, or null")
	}
	return d
}

var policyNames = []string{
	"balance", "subset_size", "slow_start_ms", "panic_threshold", "hash_load_factor", "outlier", "breaker", "retry",
	"hedge_after_ms", "timeout_ms", "attempt_timeout_ms", "bulkhead", "adaptive", "pool",
}

// policy checks the words now; the SDK checks the bounds when it is applied.
func (r *reader) policy(path string, value any) func(*miko.Policy) {
	given := r.object(path, value)
	for name := range given {
		if !slices.Contains(policyNames, name) {
			r.refuse(path+"."+name, "an option that there is")
		}
	}
	scratch := miko.DefaultPolicy()
	r.editPolicy(path, given, &scratch)
	return func(p *miko.Policy) { new(reader).editPolicy(path, given, p) }
}
