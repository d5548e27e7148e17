package vectors

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// The files are written from docs/protocol.md, and from no SDK.
func TestSharedVectors(t *testing.T) {
	files, err := filepath.Glob("../../../../../packages/testkit/src/conformance/vectors/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("the shared vectors are not there: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var held struct {
				Vector string
				Cases  []struct {
					Says          string
					Input, Output any
				}
			}
			if err := json.Unmarshal(text, &held); err != nil {
				t.Fatal(err)
			}
			for _, one := range held.Cases {
				t.Run(one.Says, func(t *testing.T) {
					output, err := Run(held.Vector, one.Input)
					if err != nil {
						t.Fatal(err)
					}
					if got := asJSON(t, output); !alike(got, one.Output) {
						t.Errorf("got  %v\nwant %v", got, one.Output)
					}
				})
			}
		})
	}
}

func asJSON(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var read any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// alike compares numbers within 1e-9, relative to the larger of 1 and the
// number.
func alike(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for name := range a {
			if !alike(a[name], other[name]) {
				return false
			}
		}
		return true
	case []any:
		other, ok := b.([]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for i := range a {
			if !alike(a[i], other[i]) {
				return false
			}
		}
		return true
	case float64:
		other, ok := b.(float64)
		return ok && math.Abs(a-other) <= 1e-9*math.Max(1, math.Abs(other))
	}
	return a == b
}
