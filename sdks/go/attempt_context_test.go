package miko

import (
	"context"
	"errors"
	"testing"
)

var errTest = errors.New("it is over")

func TestTheContextOfAnAttemptEndsItsChildren(t *testing.T) {
	var own attemptContext
	own.bind(context.Background())
	child, cancel := context.WithCancelCause(&own)
	defer cancel(nil)
	if own.Err() != nil || own.ended() != nil {
		t.Error("it has not ended")
	}
	own.cancel(errTest)
	own.cancel(context.DeadlineExceeded)
	<-own.Done()
	<-child.Done()
	if own.ended() != errTest || own.Err() != context.Canceled || child.Err() != context.Canceled || context.Cause(child) != errTest {
		t.Errorf("%v %v %v", own.ended(), own.Err(), child.Err())
	}
}

func TestTheContextOfAnAttemptEndsWithItsParent(t *testing.T) {
	parent, cancel := context.WithCancelCause(context.WithValue(context.Background(), callKey{}, checkedCall{Call: Call{HashKey: "k"}}))
	var own, over attemptContext
	own.bind(parent)
	over.bind(parent)
	over.forget(false)
	cancel(errTest)
	<-own.Done()
	if own.ended() != errTest || over.ended() != nil || callOf(&own).HashKey != "k" {
		t.Errorf("%v %v", own.ended(), over.ended())
	}
}

func TestAnEnderThatWasNeededServesNoOther(t *testing.T) {
	parent, cancel := context.WithCancel(context.Background())
	var own attemptContext
	own.bind(parent)
	cancel()
	<-own.Done()
	own.forget(true)
	var next attemptContext
	for range 100 {
		next.bind(context.Background())
		if next.ended() != nil {
			t.Fatal("it had ended before")
		}
	}
}
