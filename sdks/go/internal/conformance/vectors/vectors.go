// Package vectors answers the shared vectors of the conformance suite with the
// arithmetic of this SDK. The same input gives the same output in every SDK.
package vectors

import (
	"encoding/json"
	"fmt"

	"github.com/miko-control-plane/miko/sdks/go/internal/balance"
	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// Run answers the output of the vector for its input, as read from JSON.
func Run(name string, input any) (any, error) {
	run := byName[name]
	if run == nil {
		return nil, fmt.Errorf("there is no vector %q", name)
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	return run(text)
}

var byName = map[string]func([]byte) (any, error){
	"murmur3": of(murmur3), "balance": of(runBalance), "retry_budget": of(retryBudget), "backoff": of(backoff),
	"reconnect": of(reconnect), "gradient": of(gradient), "outlier": of(outlier),
}

// of reads the input for run.
func of[In any](run func(In) (any, error)) func([]byte) (any, error) {
	return func(text []byte) (any, error) {
		var in In
		if err := json.Unmarshal(text, &in); err != nil {
			return nil, err
		}
		return run(in)
	}
}

func murmur3(in struct{ Text string }) (any, error) {
	return map[string]any{"hash": balance.Murmur3(in.Text)}, nil
}

func retryBudget(in struct {
	Capacity, Ratio float64
	Steps           []string
}) (any, error) {
	budget := survive.NewBudget(in.Capacity, in.Ratio)
	allowed := []bool{}
	for _, step := range in.Steps {
		if step == "call" {
			budget.Call()
		} else {
			allowed = append(allowed, budget.Take())
		}
	}
	return map[string]any{"allowed": allowed}, nil
}

type backoffInput struct {
	Base, Cap, Random float64
	Attempt           int
}

func backoff(in backoffInput) (any, error) {
	return map[string]any{"ms": survive.RetryBackoff(in.Base, in.Cap, in.Attempt, func() float64 { return in.Random })}, nil
}

func reconnect(in backoffInput) (any, error) {
	return map[string]any{"ms": survive.UpperHalf(in.Base, in.Cap, in.Attempt, func() float64 { return in.Random })}, nil
}

func gradient(in struct {
	Initial   int
	MinLimit  int `json:"min_limit"`
	MaxLimit  int `json:"max_limit"`
	Tolerance float64
	Samples   []struct {
		RTT      float64
		InFlight int `json:"in_flight"`
		Kind     string
	}
}) (any, error) {
	g := survive.NewGradient(survive.GradientSettings{Initial: in.Initial, MinLimit: in.MinLimit, MaxLimit: in.MaxLimit, Tolerance: in.Tolerance})
	limits := []float64{}
	for _, sample := range in.Samples {
		g.Sample(survive.ParseKind(sample.Kind), sample.RTT, sample.InFlight)
		limits = append(limits, g.Exact())
	}
	return map[string]any{"limits": limits}, nil
}
