package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

// callAPI makes the typed call of an operation by its name in the API document.
// Parameters have the names of the document too: they are the tags of the
// request. Streams are not called so.
func callAPI(ctx context.Context, calls *miko.API, operation string, params map[string]any, body json.RawMessage) (status int, answer any, err error) {
	method := methodOf(calls, operation)
	if !method.IsValid() {
		return 0, nil, &miko.Error{Code: miko.CodeInvalidArgument, Message: fmt.Sprintf("operation %q is none of the API", operation)}
	}
	arguments := []reflect.Value{reflect.ValueOf(ctx)}
	if method.Type().NumIn() == 2 {
		request, err := requestOf(method.Type().In(1), params, body)
		if err != nil {
			return 0, nil, &miko.Error{Code: miko.CodeInvalidArgument, Message: "params or body do not fit the operation", Cause: err}
		}
		arguments = append(arguments, request)
	}
	results := method.Call(arguments)
	if len(results) < 2 {
		return 0, nil, &miko.Error{Code: miko.CodeInvalidArgument, Message: fmt.Sprintf("operation %q is a stream", operation)}
	}
	if err, ok := results[len(results)-1].Interface().(error); ok && err != nil {
		return 0, nil, err
	}
	meta, _ := results[len(results)-2].Interface().(miko.Meta)
	if len(results) == 3 {
		answer = results[0].Interface()
	}
	return meta.Status, answer, nil
}

// methodOf finds service_create as ServiceCreate.
func methodOf(calls *miko.API, operation string) reflect.Value {
	wanted := strings.ReplaceAll(operation, "_", "")
	value := reflect.ValueOf(calls)
	for i := range value.NumMethod() {
		if strings.EqualFold(value.Type().Method(i).Name, wanted) {
			return value.Method(i)
		}
	}
	return reflect.Value{}
}

// requestOf fills a request through its tags; a body that is a list where a
// merge patch may stand is a JSON patch.
func requestOf(kind reflect.Type, params map[string]any, body json.RawMessage) (reflect.Value, error) {
	all := map[string]any{}
	for name, value := range params {
		all[name] = value
	}
	if len(body) > 0 && string(body) != "null" {
		place := "body"
		if _, patches := kind.FieldByName("Patch"); patches && bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
			place = "patch"
		}
		all[place] = body
	}
	encoded, err := json.Marshal(all)
	if err != nil {
		return reflect.Value{}, err
	}
	request := reflect.New(kind)
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.DisallowUnknownFields()
	// A typed client cannot say a number where a text belongs: what cannot be
	// said is left out, and the rest goes along.
	var untold *json.UnmarshalTypeError
	if err := decoder.Decode(request.Interface()); err != nil && !errors.As(err, &untold) {
		return reflect.Value{}, err
	}
	return request.Elem(), nil
}
