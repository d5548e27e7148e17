package sse

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestEventsOfTheStandard(t *testing.T) {
	for name, test := range map[string]struct {
		stream string
		want   []Event
	}{
		"one":                        {"event: a\nid: 1\ndata: x\n\n", []Event{{"a", []byte("x"), "1"}}},
		"no name is message":         {"data: x\n\n", []Event{{"message", []byte("x"), ""}}},
		"lines are joined":           {"data: x\ndata:y\ndata\n\n", []Event{{"message", []byte("x\ny\n"), ""}}},
		"the id stays":               {"id: 1\ndata: x\n\ndata: y\n\n", []Event{{"message", []byte("x"), "1"}, {"message", []byte("y"), "1"}}},
		"the id without data":        {"id: 1\n\ndata: y\n\n", []Event{{"message", []byte("y"), "1"}}},
		"an id with a zero is none":  {"id: 1\x00\ndata: y\n\n", []Event{{"message", []byte("y"), ""}}},
		"comments and unknown words": {": hello\nfoo: bar\ndata: x\n\n", []Event{{"message", []byte("x"), ""}}},
		"carriage returns":           {"data: x\r\rdata: y\r\n\r\n", []Event{{"message", []byte("x"), ""}, {"message", []byte("y"), ""}}},
		"a byte order mark":          {"\uFEFFdata: x\n\n", []Event{{"message", []byte("x"), ""}}},
		"cut before its blank line":  {"data: x\n\nid: 2\ndata: y\n", []Event{{"message", []byte("x"), ""}}},
	} {
		for _, in := range []io.Reader{strings.NewReader(test.stream), iotest.OneByteReader(strings.NewReader(test.stream))} {
			decoder := NewDecoder(in, 1000)
			for _, want := range test.want {
				got, err := decoder.Next()
				if err != nil || got.Name != want.Name || string(got.Data) != string(want.Data) || got.ID != want.ID {
					t.Errorf("%s: %q %v, want %q", name, got, err, want)
				}
			}
			if _, err := decoder.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("%s: %v after the last", name, err)
			}
		}
	}
}

func TestRetryIsKept(t *testing.T) {
	decoder := NewDecoder(strings.NewReader("retry: 1500\nretry: soon\ndata: x\n\n"), 1000)
	if _, err := decoder.Next(); err != nil || decoder.Retry() != 1500*time.Millisecond {
		t.Errorf("%s %v", decoder.Retry(), err)
	}
}

func TestAnEventIsBounded(t *testing.T) {
	for _, stream := range []string{"data: " + strings.Repeat("x", 200), strings.Repeat("data: x\n", 50)} {
		if _, err := NewDecoder(strings.NewReader(stream), 100).Next(); !errors.Is(err, ErrTooLong) {
			t.Errorf("%v", err)
		}
	}
}
